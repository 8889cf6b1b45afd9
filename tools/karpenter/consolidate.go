package main

import (
	"context"
	"fmt"
	"time"

	"sigs.k8s.io/karpenter/pkg/controllers/disruption"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
)

// consolidate launches the claims and lets Karpenter's consolidation work on the nodes until it finds nothing more, or
// until its time is over.
//
// All is made as good for Karpenter as can be: a command is carried out at once and whole, and every pod that is evicted
// lands where the simulation has put it.
func consolidate(ctx context.Context, asked *question, claims []*scheduling.NodeClaim) (*consolidated, error) {
	there, err := newWorld(ctx, asked)
	if err != nil {
		return nil, err
	}
	for _, claim := range claims {
		if err := there.start(ctx, claim); err != nil {
			return nil, err
		}
	}
	began, answer, methods := time.Now(), &consolidated{Commands: map[string]int{}}, there.methods()
	for found := true; found; {
		if answer.CutOff = time.Since(began) > seconds(asked.ConsolidateSeconds); answer.CutOff {
			break
		}
		if found, err = there.step(ctx, methods, answer.Commands); err != nil {
			return nil, err
		}
	}
	answer.Nodes, answer.Seconds = there.nodes(), time.Since(began).Seconds()
	return answer, nil
}

// methods are Karpenter's, in the order of its controller.
func (there *world) methods() []disruption.Method {
	provisioner := provisioning.NewProvisioner(there.client, there.recorder, there.provider, there.cluster, there.clock, nil, nil)
	there.queue = disruption.NewQueue(there.client, there.recorder, there.cluster, there.clock, provisioner)
	shared := disruption.MakeConsolidation(there.clock, there.cluster, there.client, provisioner, there.provider, there.recorder,
		there.queue)
	at := disruption.WithValidator(atOnce{})
	return []disruption.Method{
		disruption.NewEmptiness(shared, at),
		disruption.NewMultiNodeConsolidation(shared, at),
		disruption.NewSingleNodeConsolidation(shared, at),
	}
}

// step carries out what the first method finds that finds something.
func (there *world) step(ctx context.Context, methods []disruption.Method, done map[string]int) (found bool, err error) {
	for _, method := range methods {
		candidates, err := disruption.GetCandidates(ctx, there.cluster, there.client, there.recorder, there.clock,
			there.provider, method.ShouldDisrupt, method.Class(), there.queue)
		if err != nil {
			return false, err
		}
		budgets, err := disruption.BuildDisruptionBudgetMapping(ctx, there.cluster, there.clock, there.client, there.provider,
			there.recorder, method.Reason())
		if err != nil {
			return false, err
		}
		commands, err := method.ComputeCommands(ctx, budgets, candidates...)
		if err != nil {
			return false, err
		}
		for _, command := range commands {
			if command.Decision() == disruption.NoOpDecision {
				continue
			}
			if err := there.carryOut(ctx, command); err != nil {
				return false, err
			}
			done[fmt.Sprintf("%s %s", method.ConsolidationType(), command.Decision())]++
			found = true
		}
		if found {
			return true, nil
		}
	}
	return false, nil
}

func (there *world) carryOut(ctx context.Context, command disruption.Command) error {
	for _, replacement := range command.Replacements {
		if err := there.start(ctx, replacement.NodeClaim); err != nil {
			return err
		}
	}
	for _, existing := range command.Results.ExistingNodes {
		for _, pod := range existing.Pods {
			if err := there.seat(ctx, pod, existing.Name()); err != nil {
				return err
			}
		}
	}
	for _, candidate := range command.Candidates {
		if err := there.remove(ctx, candidate.Name()); err != nil {
			return err
		}
	}
	there.cluster.MarkUnconsolidated()
	return nil
}

// atOnce leaves out the 15 s between a decision and its second look: here nothing else changes meanwhile.
type atOnce struct{}

func (atOnce) Validate(_ context.Context, command disruption.Command, _ time.Duration) (disruption.Command, error) {
	return command, nil
}
