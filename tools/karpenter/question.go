package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// question is what is asked: workloads, and the NodePools that Karpenter may take nodes from.
type question struct {
	Name      string     `json:"name"`
	Types     []nodeType `json:"types"`
	Pools     []pool     `json:"pools"`
	Workloads []workload `json:"workloads"`
	// Seed of the pods' UIDs, by which Karpenter breaks ties.
	Seed int64 `json:"seed"`
	// LimitSeconds ends the search, as the provisioner does after a minute; 0 is without end.
	LimitSeconds float64 `json:"limit_seconds"`
	// ConsolidateSeconds lets Karpenter's consolidation follow, for at most so long; 0 is not at all.
	ConsolidateSeconds float64 `json:"consolidate_seconds"`
}

// nodeType has what pods can use of a node, and its price.
type nodeType struct {
	Name         string `json:"name"`
	CPUMilli     int64  `json:"cpu_milli"`
	MemoryMiB    int64  `json:"memory_mib"`
	GPU          int64  `json:"gpu"`
	GPUName      string `json:"gpu_name"`
	Pods         int64  `json:"pods"`
	E4USDPerHour int64  `json:"e4_usd_per_hour"`
}

// pool is a NodePool.
type pool struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
	// Tainted keeps pods without GPUs off.
	Tainted bool `json:"tainted"`
	// NodesMax is the NodePool's limit on nodes; 0 is none.
	NodesMax int64 `json:"nodes_max"`
}

// workload is a number of equal pods.
type workload struct {
	Name      string `json:"name"`
	CPUMilli  int64  `json:"cpu_milli"`
	MemoryMiB int64  `json:"memory_mib"`
	GPU       int64  `json:"gpu"`
	// GPUName is the model that it insists on; "" takes any.
	GPUName  string `json:"gpu_name"`
	Replicas int    `json:"replicas"`
	// Pools is its node affinity; empty is every pool.
	Pools []string `json:"pools"`
}

// node is a NodeClaim as it would be launched.
type node struct {
	Pool string `json:"pool"`
	Type string `json:"type"`
	// Options is how many types the claim could still become.
	Options int            `json:"options"`
	Pods    map[string]int `json:"pods"`
}

// placement is the answer. Its cost is left to the reader, who knows the prices and should trust no one.
type placement struct {
	Nodes    []node  `json:"nodes"`
	Unplaced int     `json:"unplaced"`
	CutOff   bool    `json:"cut_off"`
	Seconds  float64 `json:"seconds"`
	// CPUSeconds is the work of all cores: on a busy machine, seconds say little.
	CPUSeconds float64 `json:"cpu_seconds"`
	// Consolidated is what is left of the nodes after Karpenter's consolidation.
	Consolidated *consolidated `json:"consolidated,omitempty"`
}

// consolidated is the state after consolidation.
type consolidated struct {
	Nodes    []node         `json:"nodes"`
	Commands map[string]int `json:"commands"`
	CutOff   bool           `json:"cut_off"`
	Seconds  float64        `json:"seconds"`
}

func read(in io.Reader) (*question, error) {
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	asked := &question{}
	if err := decoder.Decode(asked); err != nil {
		return nil, fmt.Errorf("reading the question: %w", err)
	}
	known := map[string]bool{}
	for _, one := range asked.Types {
		known[one.Name] = true
	}
	pools := map[string]bool{}
	for _, one := range asked.Pools {
		pools[one.Name] = true
		for _, name := range one.Types {
			if !known[name] {
				return nil, fmt.Errorf("pool %s has type %s, which there is not", one.Name, name)
			}
		}
	}
	for _, one := range asked.Workloads {
		for _, name := range one.Pools {
			if !pools[name] {
				return nil, fmt.Errorf("workload %s wants pool %s, which there is not", one.Name, name)
			}
		}
	}
	return asked, nil
}
