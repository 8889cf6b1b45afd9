package main

import (
	"fmt"
	"math/rand"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	v1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

const workloadLabel = "app.kubernetes.io/name"

// pods has every replica as a pending pod of its own. Karpenter breaks ties by UID, so these come from the seed.
func (asked *question) pods() []*corev1.Pod {
	dice := rand.New(rand.NewSource(asked.Seed))
	all := []*corev1.Pod{}
	for _, one := range asked.Workloads {
		for replica := range one.Replicas {
			all = append(all, &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{
					Namespace: "default",
					Name:      fmt.Sprintf("%s-%d", one.Name, replica),
					UID:       types.UID(fmt.Sprintf("%016x%016x", dice.Uint64(), dice.Uint64())),
					Labels:    map[string]string{workloadLabel: one.Name},
				},
				Spec:   one.spec(),
				Status: corev1.PodStatus{Phase: corev1.PodPending},
			})
		}
	}
	return all
}

func (one workload) spec() corev1.PodSpec {
	spec := corev1.PodSpec{Containers: []corev1.Container{{
		Name:      "main",
		Resources: corev1.ResourceRequirements{Requests: amounts(one.CPUMilli, one.MemoryMiB, one.GPU, 0)},
	}}}
	if one.GPU > 0 {
		spec.Tolerations = []corev1.Toleration{{Key: string(gpus), Operator: corev1.TolerationOpExists}}
	}
	if one.GPUName != "" {
		spec.NodeSelector = map[string]string{gpuModel: one.GPUName}
	}
	if len(one.Pools) > 0 {
		term := corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: v1.NodePoolLabelKey, Operator: corev1.NodeSelectorOpIn, Values: one.Pools}}}
		spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{term}}}}
	}
	return spec
}

func countByWorkload(pods []*corev1.Pod) map[string]int {
	count := map[string]int{}
	for _, pod := range pods {
		count[pod.Labels[workloadLabel]]++
	}
	return count
}
