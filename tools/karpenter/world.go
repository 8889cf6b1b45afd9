package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	fakeclient "sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	v1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/fake"
	"sigs.k8s.io/karpenter/pkg/controllers/disruption"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
	"sigs.k8s.io/karpenter/pkg/test"
)

// world is a running cluster: nodes with their pods, as Karpenter's controllers see them.
type world struct {
	client   client.WithWatch
	cluster  *state.Cluster
	provider *fake.CloudProvider
	recorder events.Recorder
	clock    clock.Clock
	queue    *disruption.Queue
	types    map[string]*cloudprovider.InstanceType
	launched map[string]node
	pods     map[string]map[string]*corev1.Pod // by node and pod
	seats    map[string]string                 // the node of each pod
	count    int
}

func newWorld(ctx context.Context, asked *question) (*world, error) {
	there := &world{provider: fake.NewCloudProvider(), recorder: events.NewRecorder(&record.FakeRecorder{}),
		clock: clock.RealClock{}, types: map[string]*cloudprovider.InstanceType{}, launched: map[string]node{},
		pods: map[string]map[string]*corev1.Pod{}, seats: map[string]string{}}
	pools, typesOf := asked.nodePools()
	for _, types := range typesOf {
		for _, one := range types {
			there.types[one.Name] = one
		}
	}
	there.provider.InstanceTypes = slices.Collect(maps.Values(there.types))
	there.provider.InstanceTypesForNodePool = typesOf
	there.client = interceptor.NewClient(fakeclient.NewClientBuilder().WithScheme(scheme.Scheme).
		WithIndex(&storagev1.VolumeAttachment{}, "spec.nodeName", func(client.Object) []string { return nil }).Build(),
		interceptor.Funcs{List: there.list})
	there.cluster = state.NewCluster(there.clock, there.client, there.provider)
	for _, pool := range pools {
		pool.Spec.Disruption = v1.Disruption{ConsolidateAfter: v1.MustParseNillableDuration("0s"),
			ConsolidationPolicy: v1.ConsolidationPolicyWhenEmptyOrUnderutilized, Budgets: []v1.Budget{{Nodes: "100%"}}}
		if err := there.client.Create(ctx, pool); err != nil {
			return nil, err
		}
	}
	return there, nil
}

// list knows the pods of a node, as an informer's index does: the fake client has no pods and would scan them all.
func (there *world) list(ctx context.Context, plain client.WithWatch, into client.ObjectList, opts ...client.ListOption) error {
	asked := (&client.ListOptions{}).ApplyOptions(opts)
	if pods, ok := into.(*corev1.PodList); ok && asked.FieldSelector != nil {
		if name, ok := asked.FieldSelector.RequiresExactMatch("spec.nodeName"); ok {
			pods.Items = nil
			for _, key := range slices.Sorted(maps.Keys(there.pods[name])) {
				pods.Items = append(pods.Items, *there.pods[name][key].DeepCopy())
			}
			return nil
		}
	}
	return plain.List(ctx, into, opts...)
}

// start launches a claim as a ready node and seats its pods.
func (there *world) start(ctx context.Context, claim *scheduling.NodeClaim) error {
	chosen := launch(claim)
	kind := there.types[chosen.Type]
	there.count++
	name := fmt.Sprintf("node-%05d", there.count)
	labels := map[string]string{v1.NodePoolLabelKey: chosen.Pool, corev1.LabelHostname: name,
		v1.NodeRegisteredLabelKey: "true", v1.NodeInitializedLabelKey: "true"}
	for key, is := range kind.Requirements {
		if is.Operator() == corev1.NodeSelectorOpIn {
			labels[key] = is.Any()
		}
	}
	made := test.NodeClaim(v1.NodeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Status: v1.NodeClaimStatus{NodeName: name, ProviderID: "memory://" + name, Capacity: kind.Capacity,
			Allocatable: kind.Allocatable()}})
	made.Spec.Taints = claim.Spec.Taints
	for _, condition := range []string{v1.ConditionTypeLaunched, v1.ConditionTypeRegistered, v1.ConditionTypeInitialized,
		v1.ConditionTypeConsolidatable} {
		made.StatusConditions().SetTrue(condition)
	}
	machine := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec:       corev1.NodeSpec{ProviderID: made.Status.ProviderID, Taints: claim.Spec.Taints},
		Status: corev1.NodeStatus{Capacity: kind.Capacity, Allocatable: kind.Allocatable(),
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	}
	if err := there.client.Create(ctx, machine); err != nil {
		return err
	}
	there.launched[name], there.pods[name] = chosen, map[string]*corev1.Pod{}
	there.cluster.UpdateNodeClaim(made)
	if err := there.cluster.UpdateNode(ctx, machine); err != nil {
		return err
	}
	for _, pod := range claim.Pods {
		if err := there.seat(ctx, pod, name); err != nil {
			return err
		}
	}
	return nil
}

// seat runs a pod on a node, and no longer where it was.
func (there *world) seat(ctx context.Context, pod *corev1.Pod, name string) error {
	seated := pod.DeepCopy()
	seated.Spec.NodeName, seated.Status = name, corev1.PodStatus{Phase: corev1.PodRunning}
	delete(there.pods[there.seats[pod.Name]], pod.Name)
	there.pods[name][pod.Name], there.seats[pod.Name] = seated, name
	return there.cluster.UpdatePod(ctx, seated)
}

// remove ends a node, which must be empty: otherwise pods would be lost from the count.
func (there *world) remove(ctx context.Context, name string) error {
	if left := len(there.pods[name]); left > 0 {
		return fmt.Errorf("%s ends with %d pods on it", name, left)
	}
	if err := there.client.Delete(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		return err
	}
	there.cluster.DeleteNode(name)
	there.cluster.DeleteNodeClaim(name)
	delete(there.launched, name)
	delete(there.pods, name)
	return nil
}

// nodes are those that run now, with the pods that sit on them now.
func (there *world) nodes() []node {
	all := []node{}
	for _, name := range slices.Sorted(maps.Keys(there.launched)) {
		now := there.launched[name]
		now.Pods = countByWorkload(slices.Collect(maps.Values(there.pods[name])))
		all = append(all, now)
	}
	return all
}
