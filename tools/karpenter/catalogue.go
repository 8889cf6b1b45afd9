package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	v1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"
	"sigs.k8s.io/karpenter/pkg/test"
	"sigs.k8s.io/karpenter/pkg/utils/resources"
)

const (
	gpus = corev1.ResourceName("nvidia.com/gpu")
	// gpuModel is what Karpenter's AWS provider calls the model of a type's GPUs, a label that it knows.
	gpuModel = "karpenter.k8s.aws/instance-gpu-name"
	zone     = "a"
)

// A pod that selects by a label that Karpenter does not know is refused.
func init() { v1.WellKnownLabels.Insert(gpuModel) }

// amounts leaves out what there is none of, as a pod's spec does.
func amounts(cpuMilli, memoryMiB, gpu, pods int64) corev1.ResourceList {
	list := corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewMilliQuantity(cpuMilli, resource.DecimalSI),
		corev1.ResourceMemory: *resource.NewQuantity(memoryMiB<<20, resource.BinarySI),
	}
	if gpu > 0 {
		list[gpus] = *resource.NewQuantity(gpu, resource.DecimalSI)
	}
	if pods > 0 {
		list[corev1.ResourcePods] = *resource.NewQuantity(pods, resource.DecimalSI)
	}
	return list
}

// catalogue has the types as Karpenter's: what pods can use is the capacity, so there is no overhead; one zone, on demand.
func (asked *question) catalogue() map[string]*cloudprovider.InstanceType {
	types := map[string]*cloudprovider.InstanceType{}
	for _, one := range asked.Types {
		model := scheduling.NewRequirement(gpuModel, corev1.NodeSelectorOpDoesNotExist)
		if one.GPUName != "" {
			model = scheduling.NewRequirement(gpuModel, corev1.NodeSelectorOpIn, one.GPUName)
		}
		is := func(key, value string) *scheduling.Requirement {
			return scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, value)
		}
		types[one.Name] = &cloudprovider.InstanceType{
			Name: one.Name,
			Requirements: scheduling.NewRequirements(model, is(corev1.LabelInstanceTypeStable, one.Name),
				is(corev1.LabelArchStable, v1.ArchitectureAmd64), is(corev1.LabelOSStable, string(corev1.Linux)),
				is(corev1.LabelTopologyZone, zone), is(v1.CapacityTypeLabelKey, v1.CapacityTypeOnDemand)),
			Offerings: cloudprovider.Offerings{{
				Available: true,
				Price:     float64(one.E4USDPerHour) / 10_000,
				Requirements: scheduling.NewLabelRequirements(map[string]string{
					corev1.LabelTopologyZone: zone, v1.CapacityTypeLabelKey: v1.CapacityTypeOnDemand}),
			}},
			Capacity: amounts(one.CPUMilli, one.MemoryMiB, one.GPU, one.Pods),
			Overhead: &cloudprovider.InstanceTypeOverhead{},
		}
	}
	return types
}

// nodePools has the pools as Karpenter's, and the types of each.
func (asked *question) nodePools() ([]*v1.NodePool, map[string][]*cloudprovider.InstanceType) {
	known := asked.catalogue()
	pools, typesOf := []*v1.NodePool{}, map[string][]*cloudprovider.InstanceType{}
	for _, one := range asked.Pools {
		made := test.NodePool(v1.NodePool{
			ObjectMeta: metav1.ObjectMeta{Name: one.Name},
			Spec:       v1.NodePoolSpec{Limits: one.limits()}, // without any, 2,000 cores would be the limit
		})
		// Without it, consolidation asks for spot nodes, of which there are none.
		made.Spec.Template.Spec.Requirements = []v1.NodeSelectorRequirementWithMinValues{{
			Key: v1.CapacityTypeLabelKey, Operator: corev1.NodeSelectorOpIn, Values: []string{v1.CapacityTypeOnDemand}}}
		if one.Tainted {
			made.Spec.Template.Spec.Taints = []corev1.Taint{{Key: string(gpus), Effect: corev1.TaintEffectNoSchedule}}
		}
		pools = append(pools, made)
		for _, name := range one.Types {
			typesOf[one.Name] = append(typesOf[one.Name], known[name])
		}
	}
	return pools, typesOf
}

func (one pool) limits() v1.Limits {
	limits := v1.Limits{corev1.ResourceCPU: resource.MustParse("10000000")}
	if one.NodesMax > 0 {
		limits[resources.Node] = *resource.NewQuantity(one.NodesMax, resource.DecimalSI)
	}
	return limits
}
