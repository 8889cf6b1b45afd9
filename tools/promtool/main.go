// promtool is `promtool check rules --lint=none` alone, by Prometheus' own packages and in its words: what its own
// program compiles beside them, clients of forty clouds and all of the storage, takes four minutes and judges nothing.
package main

import (
	"flag"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// judge says of one file what promtool says of it, and whether it is refused.
func judge(file string, options parser.Options) bool {
	fmt.Println("Checking", file)
	groups, wrong := rulefmt.ParseFile(file, false, model.UTF8Validation, parser.NewParser(options), slog.Default())
	if wrong != nil {
		fmt.Fprintln(os.Stderr, "  FAILED:")
		for _, one := range wrong {
			fmt.Fprintln(os.Stderr, one.Error())
		}
		return true
	}
	rules := 0
	for _, group := range groups.Groups {
		rules += len(group.Rules)
	}
	fmt.Printf("  SUCCESS: %d rules found\n\n", rules)
	return false
}

func main() {
	feature := flag.String("enable-feature", "", "promql-experimental-functions, or nothing")
	flag.Parse()
	words := flag.Args()
	if len(words) < 4 || words[0] != "check" || words[1] != "rules" || words[2] != "--lint=none" {
		fmt.Fprintln(os.Stderr, "promtool [--enable-feature=...] check rules --lint=none <file> ...")
		os.Exit(2)
	}
	options := parser.Options{EnableExperimentalFunctions: *feature == "promql-experimental-functions"}
	refused := false
	for _, file := range words[3:] {
		refused = judge(file, options) || refused
	}
	if refused {
		os.Exit(1)
	}
}
