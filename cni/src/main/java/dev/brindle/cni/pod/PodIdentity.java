// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;

import dev.brindle.api.label.TextHash;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.HostInterfaceName;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who is to be plugged: a pod of Kubernetes if both names are told, else a bare container.
///
/// @param orchestrator `k8s` or `cni`
/// @param pod empty for a bare container
/// @param endpoint name of the interface inside
public record PodIdentity(
    String node,
    String orchestrator,
    String namespace,
    String pod,
    String containerId,
    String endpoint) {

  private static final DateTimeFormatter GO_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter(Locale.ROOT);
  private static final int MAC_OCTETS = 6;

  /// Bits of a MAC address's first octet (IEEE 802).
  private static final int MULTICAST = 1;

  private static final int LOCAL = 2;
  private static final String USUAL = "eth0";
  private static final String KUBERNETES = "k8s";
  private static final String BARE = "cni";
  private static final String POD_NOTE = "pod";
  private static final String NAMESPACE_NOTE = "namespace";
  private static final String DEFAULT_NAMESPACE = "default";

  /// @throws CniException code 4 if a name cannot be part of an endpoint's name
  public static PodIdentity of(CniRequest request, String node) {
    String pod = request.arg("K8S_POD_NAME");
    String namespace = request.arg("K8S_POD_NAMESPACE");
    String container = request.containerId();
    String endpoint = request.interfaceName();
    boolean isPod = !pod.isEmpty() && !namespace.isEmpty();
    PodIdentity identity =
        isPod
            ? new PodIdentity(node, KUBERNETES, namespace, pod, container, endpoint)
            : new PodIdentity(node, BARE, DEFAULT_NAMESPACE, "", container, endpoint);
    identity.checkName();
    return identity;
  }

  private void checkName() {
    try {
      endpointName();
    } catch (IllegalArgumentException e) {
      throw new CniException(
          INVALID_ENVIRONMENT, "no endpoint name can be made: " + e.getMessage(), e);
    }
  }

  /// Whether the interface is the one that runtimes ask for first.
  public boolean isUsual() {
    return endpoint.equals(USUAL);
  }

  public boolean isKubernetes() {
    return orchestrator.equals(KUBERNETES);
  }

  /// What the endpoint belongs to: the pod's name, or the container's ID.
  public String workload() {
    return isKubernetes() ? pod : containerId;
  }

  /// `node1-k8s-pod1-eth0`.
  public String endpointName() {
    return WorkloadEndpointName.of(node, orchestrator, workload(), endpoint);
  }

  public ResourceKey endpointKey() {
    return new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, namespace, endpointName());
  }

  /// Whether an endpoint is of this very container; one of the pod before had the same name.
  public boolean owns(WorkloadEndpoint endpoint) {
    return endpoint.spec().containerID().equals(containerId);
  }

  public String hostInterface() {
    return hostInterface(namespace, pod, containerId);
  }

  /// That of whose addresses bear these notes.
  ///
  /// @param notes see `ownerNotes`
  public static String hostInterface(Map<String, String> notes, String containerId) {
    return hostInterface(
        notes.getOrDefault(NAMESPACE_NOTE, ""), notes.getOrDefault(POD_NOTE, ""), containerId);
  }

  private static String hostInterface(String namespace, String pod, String containerId) {
    return pod.isEmpty()
        ? HostInterfaceName.ofContainer(containerId)
        : HostInterfaceName.ofPod(namespace, pod);
  }

  /// The MAC address of the interface inside: local, made from the container's ID, so that it is
  /// known before the interface is there.
  public MacAddress mac() {
    byte[] octets = Arrays.copyOf(TextHash.SHA_1.of(containerId + "/" + endpoint), MAC_OCTETS);
    octets[0] = (byte) ((octets[0] | LOCAL) & ~MULTICAST);
    return MacAddress.ofBytes(octets);
  }

  /// What the addresses are booked under: `<network>.<container>`.
  public String handle(String network) {
    return network + "." + containerId;
  }

  /// The container of a handle, if it is surely of this network. Names of networks may have dots,
  /// so of two dots nobody knows which one joins; IDs that runtimes give have none.
  public static Optional<String> containerOf(String handle, String network) {
    boolean isSure =
        handle.startsWith(network + ".") && handle.lastIndexOf('.') == network.length();
    return isSure ? Optional.of(handle.substring(network.length() + 1)) : Optional.empty();
  }

  /// What the addresses of one interface are booked under by one network.
  public String attachment(String network) {
    return handle(network) + " " + endpoint;
  }

  /// What is noted beside the addresses; the time is in the form Go prints it, as Calico writes it.
  public Map<String, String> ownerNotes(Instant now) {
    Map<String, String> notes = new HashMap<>();
    notes.put("node", node);
    notes.put("timestamp", GO_TIME.format(now.atOffset(ZoneOffset.UTC)));
    if (isKubernetes()) {
      notes.put(POD_NOTE, pod);
      notes.put(NAMESPACE_NOTE, namespace);
    }
    return Map.copyOf(notes);
  }

  /// `default/web-1` or `container 3f2a`, for people.
  @Override
  public String toString() {
    return isKubernetes() ? namespace + "/" + pod : "container " + containerId;
  }
}
