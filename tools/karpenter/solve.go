package main

import (
	"context"
	"errors"
	"syscall"
	"time"

	"k8s.io/client-go/tools/record"
	"k8s.io/utils/clock"
	fakeclient "sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/fake"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
)

// workers is as in Karpenter's own benchmark; it changes the time, not the placement.
const workers = 5

// solve has Karpenter place all pods at once on new nodes.
func solve(ctx context.Context, asked *question) (*placement, []*scheduling.NodeClaim, error) {
	if asked.LimitSeconds > 0 {
		limited, cancel := context.WithTimeout(ctx, seconds(asked.LimitSeconds))
		defer cancel()
		ctx = limited
	}
	pools, typesOf := asked.nodePools()
	pods := asked.pods()
	provider := fake.NewCloudProvider()
	for _, types := range typesOf {
		provider.InstanceTypes = append(provider.InstanceTypes, types...)
	}
	client, now := fakeclient.NewFakeClient(), clock.RealClock{}
	cluster := state.NewCluster(now, client, provider)
	began, worked := time.Now(), cpuSeconds()
	topology, err := scheduling.NewTopology(ctx, client, cluster, nil, pools, typesOf, pods)
	if err != nil {
		return nil, nil, err
	}
	scheduler := scheduling.NewScheduler(ctx, client, pools, cluster, nil, topology, typesOf, nil,
		events.NewRecorder(&record.FakeRecorder{}), now, nil, nil, scheduling.NumConcurrentReconciles(workers))
	results, err := scheduler.Solve(ctx, pods)
	cutOff := errors.Is(err, context.DeadlineExceeded) // it has what it had placed by then
	if err != nil && !cutOff {
		return nil, nil, err
	}
	results = results.TruncateInstanceTypes(ctx, scheduling.MaxInstanceTypes)
	answer := &placement{CutOff: cutOff, Seconds: time.Since(began).Seconds(), CPUSeconds: cpuSeconds() - worked,
		Unplaced: len(pods)}
	for _, claim := range results.NewNodeClaims {
		answer.Nodes = append(answer.Nodes, launch(claim))
		answer.Unplaced -= len(claim.Pods)
	}
	return answer, results.NewNodeClaims, nil
}

// launch takes the cheapest of the types that a claim could still become.
func launch(claim *scheduling.NodeClaim) node {
	cheapest := cloudprovider.InstanceTypes(claim.InstanceTypeOptions).OrderByPrice(claim.Requirements)[0]
	return node{
		Pool:    claim.NodePoolName,
		Type:    cheapest.Name,
		Options: len(claim.InstanceTypeOptions),
		Pods:    countByWorkload(claim.Pods),
	}
}

func seconds(number float64) time.Duration { return time.Duration(number * float64(time.Second)) }

// cpuSeconds is what this process has worked so far.
func cpuSeconds() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}
