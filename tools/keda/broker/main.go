// Command broker is a Kafka for tests: one broker on loopback, over TLS, for one user who signs in by SCRAM-SHA-512.
//
//	broker <port> <control port> <folder with tls.crt, tls.key, ca.crt> <user> <password> <topic> <partitions>
//
// Over HTTP, on the control port, it is told what its clients would have done, and does it as their client:
//
//	POST /write?count=1200               writes so many messages to the topic, evenly over its partitions
//	POST /read?group=scorer              reads them all as this group, and says so to the broker
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

const loopback = "127.0.0.1"

func main() {
	if len(os.Args) != 8 {
		log.Fatal("broker <port> <control port> <certificates> <user> <password> <topic> <partitions>")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6], os.Args[7]); err != nil {
		log.Fatal(err)
	}
}

func run(port, control, certificates, user, password, topic, partitions string) error {
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	parts, err := strconv.ParseInt(partitions, 10, 32)
	if err != nil {
		return err
	}
	secure, err := security(certificates)
	if err != nil {
		return err
	}
	cluster, err := kfake.NewCluster(
		kfake.Ports(number), kfake.NumBrokers(1), kfake.SeedTopics(int32(parts), topic), kfake.TLS(secure),
		kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", user, password))
	if err != nil {
		return err
	}
	defer cluster.Close()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DialTLSConfig(secure), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(kgo.RoundRobinPartitioner()),
		kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism()))
	if err != nil {
		return err
	}
	defer client.Close()
	http.HandleFunc("POST /write", answer(func(asked *http.Request) error { return write(asked, client) }))
	http.HandleFunc("POST /read", answer(func(asked *http.Request) error { return read(asked, client, topic) }))
	return http.ListenAndServe(loopback+":"+control, nil)
}

func security(folder string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: trusted, MinVersion: tls.VersionTLS12}, nil
}

func answer(do func(*http.Request) error) http.HandlerFunc {
	return func(to http.ResponseWriter, asked *http.Request) {
		if err := do(asked); err != nil {
			http.Error(to, err.Error(), http.StatusInternalServerError)
		}
	}
}

func write(asked *http.Request, client *kgo.Client) error {
	count, err := strconv.Atoi(asked.FormValue("count"))
	if err != nil {
		return err
	}
	records := make([]*kgo.Record, count)
	for number := range records {
		records[number] = kgo.StringRecord(fmt.Sprint(number))
	}
	return client.ProduceSync(asked.Context(), records...).FirstErr()
}

func read(asked *http.Request, client *kgo.Client, topic string) error {
	admin := kadm.NewClient(client)
	ends, err := admin.ListEndOffsets(asked.Context(), topic)
	if err != nil {
		return err
	}
	return admin.CommitAllOffsets(context.WithoutCancel(asked.Context()), asked.FormValue("group"), ends.Offsets())
}
