// What Kueue's own scheduler does with queues and workloads, cycle by cycle: tests/placement/ask_kueue.py puts this file
// beside it, as a test of its package, for the cycle is not exported. All that runs keeps running.
package scheduler

import (
	"context"
	"encoding/json"
	"os"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	corev1 "k8s.io/api/core/v1"
	config "sigs.k8s.io/kueue/apis/config/v1beta2"
	kueue "sigs.k8s.io/kueue/apis/kueue/v1beta2"
	qcache "sigs.k8s.io/kueue/pkg/cache/queue"
	schdcache "sigs.k8s.io/kueue/pkg/cache/scheduler"
	tasindexer "sigs.k8s.io/kueue/pkg/controller/tas/indexer"
	preemptexpectations "sigs.k8s.io/kueue/pkg/scheduler/preemption/expectations"
	"sigs.k8s.io/kueue/pkg/util/routine"
	"sigs.k8s.io/kueue/pkg/util/tas"
	utiltesting "sigs.k8s.io/kueue/pkg/util/testing"
	"sigs.k8s.io/kueue/pkg/workload"
)

type world struct {
	Flavors   []*kueue.ResourceFlavor `json:"flavors"`
	Cohorts   []kueue.Cohort          `json:"cohorts"`
	Queues    []kueue.ClusterQueue    `json:"queues"`
	Locals    []kueue.LocalQueue      `json:"locals"`
	Workloads []kueue.Workload        `json:"workloads"`
	Later     []kueue.Workload        `json:"later"`
	Fair      bool                    `json:"fair"`
	// Where nodes are near each other, and the nodes themselves.
	Topologies []kueue.Topology `json:"topologies"`
	Nodes      []corev1.Node    `json:"nodes"`
}
type outcome struct {
	Admitted  map[string]map[string]string `json:"admitted"`
	Places    map[string]map[string]int32  `json:"places"`
	Order     [][]string                   `json:"order"`
	Preempted []string                     `json:"preempted"`
	Error     string                       `json:"error"`
}

func TestOracle(t *testing.T) {
	data, err := os.ReadFile(os.Getenv("ORACLE_IN"))
	if err != nil {
		t.Fatal(err)
	}
	var worlds []world
	if err := json.Unmarshal(data, &worlds); err != nil {
		t.Fatal(err)
	}
	out := make([]outcome, 0, len(worlds))
	for _, w := range worlds {
		out = append(out, settle(t, w))
	}
	text, _ := json.Marshal(out)
	if err := os.WriteFile(os.Getenv("ORACLE_OUT"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, w world) outcome {
	log := logr.Discard()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	builder := utiltesting.NewClientBuilder()
	_ = tasindexer.SetupIndexes(ctx, utiltesting.AsIndexer(builder))
	cl := builder.
		WithLists(&kueue.WorkloadList{Items: w.Workloads}, &kueue.LocalQueueList{Items: w.Locals}, &kueue.ClusterQueueList{Items: w.Queues}).
		WithObjects(utiltesting.MakeNamespaceWrapper("app").Obj()).
		WithStatusSubresource(&kueue.Workload{}).
		WithInterceptorFuncs(interceptor.Funcs{SubResourcePatch: utiltesting.TreatSSAAsStrategicMerge}).Build()
	cache := schdcache.New(cl)
	store := preemptexpectations.New()
	queues, watcher := qcache.NewManagerForUnitTestsWithRequeuer(cl, cache, qcache.WithPreemptionExpectations(store))
	for i := range w.Nodes {
		cache.TASCache().SyncNode(&w.Nodes[i])
	}
	for i := range w.Topologies {
		cache.AddOrUpdateTopology(log, &w.Topologies[i])
	}
	for _, f := range w.Flavors {
		cache.AddOrUpdateResourceFlavor(log, f)
	}
	for i := range w.Cohorts {
		if err := cache.AddOrUpdateCohort(&w.Cohorts[i]); err != nil {
			return outcome{Error: err.Error()}
		}
		queues.AddOrUpdateCohort(ctx, &w.Cohorts[i])
	}
	for i := range w.Locals {
		if err := queues.AddLocalQueue(ctx, &w.Locals[i]); err != nil {
			return outcome{Error: err.Error()}
		}
	}
	for i := range w.Queues {
		if err := cache.AddClusterQueue(ctx, &w.Queues[i]); err != nil {
			return outcome{Error: err.Error()}
		}
		if err := queues.AddClusterQueue(ctx, &w.Queues[i]); err != nil {
			return outcome{Error: err.Error()}
		}
	}
	options := []Option{WithPreemptionExpectations(store)}
	if w.Fair {
		options = append(options, WithFairSharing(&config.FairSharing{}))
	}
	s := New(queues, cache, cl, &utiltesting.EventRecorder{}, options...)
	wg := sync.WaitGroup{}
	s.setAdmissionRoutineWrapper(routine.NewWrapper(func() { wg.Add(1) }, func() { wg.Done() }))
	result := outcome{Admitted: map[string]map[string]string{}, Places: map[string]map[string]int32{}}
	go queues.CleanUpOnContext(ctx)
	seen := map[string]bool{}
	for round := 0; round < 2; round++ {
		if round == 1 {
			for i := range w.Later {
				if err := cl.Create(ctx, &w.Later[i]); err != nil {
					return outcome{Error: err.Error()}
				}
				if err := queues.AddOrUpdateWorkload(log, &w.Later[i]); err != nil {
					return outcome{Error: err.Error()}
				}
			}
		}
		for cycle := 0; cycle < 6*(len(w.Workloads)+len(w.Later))+12; cycle++ {
			if len(queues.Dump()) == 0 {
				break
			}
			s.schedule(ctx)
			wg.Wait()
			var list kueue.WorkloadList
			if err := cl.List(ctx, &list); err != nil {
				return outcome{Error: err.Error()}
			}
			now := []string{}
			for i := range list.Items {
				wl := &list.Items[i]
				if workload.HasQuotaReservation(wl) && !seen[wl.Name] {
					seen[wl.Name] = true
					now = append(now, wl.Name)
				}
				evicted := false
				for _, c := range wl.Status.Conditions {
					evicted = evicted || (c.Type == kueue.WorkloadEvicted && c.Status == metav1.ConditionTrue)
				}
				if evicted {
					result.Preempted = append(result.Preempted, wl.Name)
					delete(seen, wl.Name)
					wl.Status.Conditions = nil
					wl.Status.Admission = nil
					if err := cl.Status().Update(ctx, wl); err != nil {
						return outcome{Error: err.Error()}
					}
					if err := cache.DeleteWorkload(log, workload.Key(wl)); err != nil {
						return outcome{Error: err.Error()}
					}
					queues.QueueAssociatedInadmissibleWorkloadsAfter(ctx, workload.Key(wl), nil)
					watcher.ProcessRequeues(ctx)
					if err := queues.AddOrUpdateWorkload(log, wl); err != nil {
						return outcome{Error: err.Error()}
					}
				}
			}
			if len(now) > 0 {
				result.Order = append(result.Order, now)
			}
		}
	}
	snapshot, err := cache.Snapshot(ctx)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	for _, c := range snapshot.ClusterQueues() {
		for _, wl := range c.Workloads {
			given := map[string]string{}
			for _, ps := range wl.Obj.Status.Admission.PodSetAssignments {
				given[string(ps.Name)] = string(ps.Flavors[corev1.ResourceCPU])
				if ps.TopologyAssignment != nil {
					nodes := map[string]int32{}
					for one := range tas.InternalSeqFrom(ps.TopologyAssignment) {
						nodes[one.Values[len(one.Values)-1]] += one.Count
					}
					result.Places[wl.Obj.Name+"/"+string(ps.Name)] = nodes
				}
			}
			result.Admitted[wl.Obj.Name] = given
		}
	}
	return result
}
