// karpenter places pods with Karpenter's own scheduler, in memory: a question as JSON in, the nodes that it would launch
// as JSON out. It is the peer that plans of bayplan are measured against; see bench/placement/README.md.
//
// Nothing of Karpenter is repeated here. What is ours is the set-up that its own scheduling benchmark uses: a fake client,
// a fake cloud with the given instance types, an empty cluster. Every node costs what the cheapest type costs that its
// NodeClaim could still become, which is what a launch by lowest price gives.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/karpenter/pkg/operator/injection"
	"sigs.k8s.io/karpenter/pkg/operator/logging"
	"sigs.k8s.io/karpenter/pkg/operator/options"
	"sigs.k8s.io/karpenter/pkg/test"
)

// garbagePercent makes Go collect seldom: by default that is a quarter of the work, and memory is not what is short.
const garbagePercent = 400

func main() {
	debug.SetGCPercent(garbagePercent)
	if err := answer(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "karpenter:", err)
		os.Exit(1)
	}
}

func answer(in io.Reader, out io.Writer) error {
	question, err := read(in)
	if err != nil {
		return err
	}
	log.SetLogger(logging.NopLogger)
	ctx := options.ToContext(injection.WithControllerName(context.Background(), "provisioner"), test.Options())
	placed, claims, err := solve(ctx, question)
	if err != nil {
		return fmt.Errorf("solving %s: %w", question.Name, err)
	}
	if question.ConsolidateSeconds > 0 && placed.Unplaced == 0 {
		if placed.Consolidated, err = consolidate(ctx, question, claims); err != nil {
			return fmt.Errorf("consolidating %s: %w", question.Name, err)
		}
	}
	return json.NewEncoder(out).Encode(placed)
}
