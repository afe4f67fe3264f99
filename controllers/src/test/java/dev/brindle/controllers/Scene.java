// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.AssignResult;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import java.util.List;
import java.util.Map;

/// Pods and nodes as tests want them: what Kubernetes says is in one store, what Calico has in the
/// other, which may be the same.
final class Scene {

  private final Datastore calico;
  private final Datastore kubernetes;
  private final Allocator allocator;

  Scene(Datastore calico, Datastore kubernetes) {
    this.calico = calico;
    this.kubernetes = kubernetes;
    this.allocator = new Allocator(calico);
  }

  static Resource written(WriteResult result) {
    if (result instanceof WriteResult.Written(Resource resource)) {
      return resource;
    }
    throw new AssertionError("not written: " + result);
  }

  void pool(String name, String cidr, int blockSize) {
    written(
        calico.create(
            ResourceCodec.read(
                    """
                    {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: %s},
                     spec: {cidr: %s, blockSize: %d}}
                    """
                        .formatted(name, cidr, blockSize))
                .getFirst()));
  }

  static CalicoNode node(String name, Map<String, String> labels) {
    var node =
        (CalicoNode)
            ResourceCodec.readStored(
                ResourceKind.NODE,
                """
                {"metadata":{"name":"%s"},
                 "spec":{"orchRefs":[{"nodeName":"%s","orchestrator":"k8s"}]}}"""
                    .formatted(name, name));
    return node.withMetadata(node.metadata().withLabels(labels));
  }

  /// In Kubernetes, and in Calico where that has its own.
  void node(String name) {
    kubernetes.create(node(name, Map.of()));
    calico.create(node(name, Map.of()));
  }

  void nodeGoes(String name) {
    written(kubernetes.delete(ResourceKey.of(ResourceKind.NODE, name)));
  }

  /// What CNI does for a pod, up to the address.
  IpAddress address(String pod, String node) {
    return address(pod, node, Map.of("namespace", "shop", "pod", pod, "node", node));
  }

  IpAddress address(String handle, String node, Map<String, String> notes) {
    AssignResult result = allocator.autoAssign(request(handle, node, notes));
    return result.addresses().getFirst();
  }

  private static AssignRequest request(String handle, String node, Map<String, String> notes) {
    boolean isTunnel = notes.getOrDefault("type", "").endsWith("TunnelAddress");
    return AssignRequest.forWorkload(1, 0, handle, notes, node)
        .withUse(isTunnel ? IpPool.AllowedUse.TUNNEL : IpPool.AllowedUse.WORKLOAD);
  }

  void release(String handle) {
    allocator.releaseByHandle(handle);
  }

  static ResourceKey podKey(String pod, String node) {
    return new ResourceKey(
        ResourceKind.WORKLOAD_ENDPOINT, "shop", WorkloadEndpointName.ofPod(node, pod, "eth0"));
  }

  /// As Kubernetes has it.
  void pod(String pod, String node, IpAddress... addresses) {
    String networks =
        String.join(
            ",", List.of(addresses).stream().map(it -> "\"" + Cidr.host(it) + "\"").toList());
    var endpoint =
        (WorkloadEndpoint)
            ResourceCodec.readStored(
                ResourceKind.WORKLOAD_ENDPOINT,
                """
                {"metadata":{"namespace":"shop","name":"x"},
                 "spec":{"orchestrator":"k8s","node":"%s","pod":"%s","endpoint":"eth0","ipNetworks":[%s]}}"""
                    .formatted(node, pod, networks));
    written(
        kubernetes.create(
            endpoint.withMetadata(
                Metadata.named("shop", WorkloadEndpointName.ofPod(node, pod, "eth0")))));
  }

  void podGoes(String pod, String node) {
    written(kubernetes.delete(podKey(pod, node)));
  }

  // ---- what IPAM has

  List<String> held() {
    return calico.list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> new Block((IpamBlock) block).assignments().stream())
        .map(Assignment::handle)
        .sorted()
        .toList();
  }

  List<String> handles() {
    return calico.list(ResourceKind.IPAM_HANDLE).stream()
        .map(handle -> ((IpamHandle) handle).spec().handleID())
        .sorted()
        .toList();
  }

  List<String> owners() {
    return calico.list(ResourceKind.BLOCK_AFFINITY).stream()
        .map(affinity -> ((BlockAffinity) affinity).spec().node())
        .sorted()
        .toList();
  }

  List<BlockAffinity.State> states() {
    return calico.list(ResourceKind.BLOCK_AFFINITY).stream()
        .map(affinity -> ((BlockAffinity) affinity).spec().state())
        .toList();
  }

  int blocks() {
    return calico.list(ResourceKind.IPAM_BLOCK).size();
  }
}
