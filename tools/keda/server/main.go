// Command server is what the API server asks of KEDA: its webhooks, and external.metrics.k8s.io for autoscalers.
//
// Upstream has a program for each, which listen on every interface; in a lab both are on loopback and one process. All
// that judges and answers is KEDA's own: the main functions read for it are cmd/webhooks and cmd/adapter of 2.21.
package main

import (
	"context"
	"flag"
	"os"

	grpcprom "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	basecmd "sigs.k8s.io/custom-metrics-apiserver/pkg/cmd"

	eventingv1alpha1 "github.com/kedacore/keda/v2/apis/eventing/v1alpha1"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/k8s"
	"github.com/kedacore/keda/v2/pkg/metricsservice"
	"github.com/kedacore/keda/v2/pkg/provider"
)

const loopback = "127.0.0.1"

func main() {
	ctrl.SetLogger(zap.New())
	if err := run(ctrl.SetupSignalHandler()); err != nil {
		ctrl.Log.Error(err, "KEDA's server has ended")
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	adapter := &basecmd.AdapterBase{Name: "keda-adapter"}
	flags := adapter.Flags()
	webhookPort := flags.Int("webhook-port", 9443, "port of the webhooks")
	health := flags.String("health", loopback+":8081", "address of the probes")
	operator := flags.String("operator", loopback+":9666", "address of the operator's metrics service")
	certificates := flags.String("certificates", "/certs", "folder with ca.crt, tls.crt and tls.key")
	flags.AddGoFlagSet(flag.CommandLine)
	for _, name := range []string{"lister", "authentication", "authorization"} {
		if err := flags.Set(name+"-kubeconfig", os.Getenv("KUBECONFIG")); err != nil {
			return err
		}
	}
	if err := flags.Parse(os.Args); err != nil {
		return err
	}

	utilruntime.Must(kedav1alpha1.AddToScheme(scheme.Scheme))
	utilruntime.Must(eventingv1alpha1.AddToScheme(scheme.Scheme))
	hooks := webhook.NewServer(webhook.Options{Host: loopback, Port: *webhookPort, CertDir: *certificates})
	mgr, err := start(ctx, scheme.Scheme, hooks, *health)
	if err != nil {
		return err
	}
	client, err := metricsservice.NewGrpcClient(
		ctx, *operator, *certificates, "", "", grpcprom.NewClientMetrics(), false)
	if err != nil {
		return err
	}
	adapter.WithExternalMetrics(provider.NewProvider(ctx, ctrl.Log, mgr.GetClient(), *client))
	return adapter.Run(ctx)
}

// start begins to serve KEDA's webhooks; the process ends where they cannot be served any more.
func start(ctx context.Context, scheme *runtime.Scheme, hooks webhook.Server, health string) (manager.Manager, error) {
	mgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:                 scheme,
		Metrics:                server.Options{BindAddress: "0"},
		WebhookServer:          hooks,
		HealthProbeBindAddress: health,
	})
	if err != nil {
		return nil, err
	}
	// the webhook of ScaledObjects asks by this client which kinds can be scaled
	if _, _, err := k8s.InitScaleClient(mgr); err != nil {
		return nil, err
	}
	for _, setUp := range []func() error{
		func() error { return (&kedav1alpha1.ScaledObject{}).SetupWebhookWithManager(mgr, false) },
		func() error { return (&kedav1alpha1.ScaledJob{}).SetupWebhookWithManager(mgr) },
		func() error { return (&kedav1alpha1.TriggerAuthentication{}).SetupWebhookWithManager(mgr) },
		func() error { return (&kedav1alpha1.ClusterTriggerAuthentication{}).SetupWebhookWithManager(mgr) },
		func() error { return (&eventingv1alpha1.CloudEventSource{}).SetupWebhookWithManager(mgr) },
		func() error { return (&eventingv1alpha1.ClusterCloudEventSource{}).SetupWebhookWithManager(mgr) },
		func() error { return mgr.AddHealthzCheck("healthz", healthz.Ping) },
		func() error { return mgr.AddReadyzCheck("readyz", hooks.StartedChecker()) },
	} {
		if err := setUp(); err != nil {
			return nil, err
		}
	}
	go func() {
		if err := mgr.Start(ctx); err != nil {
			ctrl.Log.Error(err, "KEDA's webhooks have ended")
			os.Exit(1)
		}
	}()
	return mgr, nil
}
