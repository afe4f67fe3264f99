// SPDX-License-Identifier: Apache-2.0

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The cluster around the node that is measured, as it is in the store: the other nodes, each with its pods and blocks, the pool,
/// and a policy that selects all pods. Node 1 is the one that is measured.
///
/// @param nodes of the whole cluster
/// @param pods of each node
/// @param podKib of which no network knows the use, in each of Kubernetes' pods: what managers, containers and conditions are
record Crowd(int nodes, int pods, int podKib) {

  static final String NAMESPACE = "default";
  static final int AS = 64_512;

  private static final int BLOCK = 64;
  private static final int FIELD_LENGTH = 66;
  private static final String POOL =
      """
      apiVersion: projectcalico.org/v3
      kind: IPPool
      metadata: {name: default-ipv4-ippool}
      spec: {cidr: 10.244.0.0/16, blockSize: 26, ipipMode: Never, natOutgoing: true, nodeSelector: all()}
      """;

  /// Every pod may be called by a fifth of all pods on one port: a set of addresses that changes with the cluster.
  private static final String POLICY =
      """
      apiVersion: projectcalico.org/v3
      kind: GlobalNetworkPolicy
      metadata: {name: bench}
      spec:
        selector: has(app)
        types: [Ingress, Egress]
        ingress:
        - {action: Allow, protocol: TCP, source: {selector: app == 'a0'}, destination: {ports: [8080]}}
        egress:
        - {action: Allow}
      """;

  static String node(int number) {
    return "node-" + number;
  }

  static String address(int number) {
    return "172.31.%d.%d".formatted(number / 250, number % 250 + 1);
  }

  /// Those of a node but the first, which takes what is free.
  List<Cidr> blocks(int number) {
    int each = (pods + BLOCK - 1) / BLOCK;
    return IntStream.range(0, each)
        .mapToObj(i -> new Cidr(Cidr.parse("10.244.0.0/16").address().plus(BLOCK * (number * each + i)), 26))
        .toList();
  }

  List<String> ours() {
    return IntStream.range(0, pods).mapToObj(i -> "own-" + i).toList();
  }

  static String app(int pod) {
    return "a" + pod % 5;
  }

  /// What every store has as resources of its own.
  ///
  /// @param hasObjects whether nodes and pods are there already, as Kubernetes' own
  void fill(Datastore store, boolean hasObjects) {
    write(store, ResourceCodec.read(POOL));
    write(store, ResourceCodec.read(POLICY));
    for (int number = 2; number <= nodes; number++) {
      if (!hasObjects) {
        write(
            store,
            ResourceCodec.read(
                "{apiVersion: projectcalico.org/v3, kind: Node, metadata: {name: %s}, spec: {bgp: {ipv4Address: %s/16}}}"
                    .formatted(node(number), address(number))));
      }
      int pod = 0;
      for (Cidr cidr : blocks(number)) {
        var affinity = new BlockAffinity.Spec(BlockAffinity.State.CONFIRMED, node(number), "host", cidr, false);
        write(
            store,
            List.of(new BlockAffinity(Metadata.named(IpamNames.affinity(node(number), cidr)), affinity)));
        write(store, List.of(block(number, cidr, pod)));
        for (int i = 0; i < BLOCK && pod < pods; i++, pod++) {
          if (!hasObjects) {
            write(store, endpoint(number, pod, cidr.address().plus(i).toString()));
          }
        }
      }
    }
  }

  private IpamBlock block(int number, Cidr cidr, int firstPod) {
    int used = Math.min(BLOCK, pods - firstPod);
    List<Integer> allocations = new ArrayList<>();
    List<IpamBlock.Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < BLOCK; i++) {
      allocations.add(i < used ? i : IpamBlock.FREE);
      if (i < used) {
        String pod = "p%d-%d".formatted(number, firstPod + i);
        attributes.add(
            new IpamBlock.Attribute(
                "bench.%064x".formatted(pod.hashCode()),
                Map.of("namespace", NAMESPACE, "node", node(number), "pod", pod),
                Map.of(),
                Optional.empty()));
      }
    }
    return new IpamBlock(
        Metadata.named(IpamNames.block(cidr)),
        new IpamBlock.Spec(
            cidr,
            Optional.of("host:" + node(number)),
            "",
            allocations,
            IntStream.range(used, BLOCK).boxed().toList(),
            attributes,
            1,
            Map.of(),
            false));
  }

  private static List<Resource> endpoint(int number, int pod, String address) {
    String name = "p%d-%d".formatted(number, pod);
    return ResourceCodec.read(
        """
        {"apiVersion": "projectcalico.org/v3", "kind": "WorkloadEndpoint",
         "metadata": {"name": "%s", "namespace": "%s", "labels": {"app": "%s",
          "projectcalico.org/namespace": "%2$s", "projectcalico.org/orchestrator": "k8s"}},
         "spec": {"orchestrator": "k8s", "node": "%s", "pod": "%s", "endpoint": "eth0", "containerID": "%s",
          "interfaceName": "cali%s", "profiles": ["kns.%2$s"], "ipNetworks": ["%s/32"]}}
        """
            .formatted(
                WorkloadEndpointName.ofPod(node(number), name, "eth0"),
                NAMESPACE,
                app(pod),
                node(number),
                name,
                "%064x".formatted(name.hashCode()),
                "%08x".formatted(name.hashCode()),
                address));
  }

  private static void write(Datastore store, List<? extends Resource> resources) {
    for (Resource each : resources) {
      if (!(store.create(each) instanceof WriteResult.Written)) {
        throw new IllegalStateException("cannot be stored: " + each.key());
      }
    }
  }

  /// All nodes and pods as Kubernetes has them in its etcd: of the first node, pods that nobody has plugged yet.
  Map<String, String> objects() {
    Map<String, String> objects = new LinkedHashMap<>();
    for (int number = 1; number <= nodes; number++) {
      objects.put(
          "/registry/minions/" + node(number),
          """
          {"apiVersion":"v1","kind":"Node","metadata":{"name":"%1$s","uid":"00000000-0000-4000-9000-%2$012d",
          "creationTimestamp":"2026-01-01T00:00:00Z","annotations":{%3$s}},"spec":{},
          "status":{"addresses":[{"type":"InternalIP","address":"%4$s"}]}}"""
              .formatted(
                  node(number),
                  number,
                  number == 1
                      ? ""
                      : "\"projectcalico.org/IPv4Address\":\"%s/16\"".formatted(address(number)),
                  address(number)));
      List<Cidr> blocks = blocks(number);
      for (int pod = 0; pod < pods; pod++) {
        String name = number == 1 ? ours().get(pod) : "p%d-%d".formatted(number, pod);
        String ip = blocks.get(pod / BLOCK).address().plus(pod % BLOCK).toString();
        objects.put("/registry/pods/%s/%s".formatted(NAMESPACE, name), pod(number, pod, name, ip));
      }
    }
    return objects;
  }

  private String pod(int number, int pod, String name, String ip) {
    String known =
        number == 1
            ? ""
            : "\"cni.projectcalico.org/podIP\":\"%1$s/32\",\"cni.projectcalico.org/podIPs\":\"%1$s/32\"".formatted(ip);
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"%s",
        "uid":"00000000-0000-4000-8000-%012d","creationTimestamp":"2026-01-01T00:00:00Z",
        "labels":{"app":"%s"},"annotations":{%s}%s},
        "spec":{"nodeName":"%s","serviceAccountName":"default","containers":[{"name":"c","image":"i"}]},
        "status":{"phase":"%s"}}"""
        .formatted(
            name,
            NAMESPACE,
            number * pods + pod,
            app(pod),
            known,
            managed(),
            node(number),
            number == 1 ? "Pending" : "Running");
  }

  /// As the server notes who has set which field: small objects in each other.
  private String managed() {
    if (podKib == 0) {
      return "";
    }
    String fields =
        IntStream.range(0, podKib * 1024 / FIELD_LENGTH)
            .mapToObj("\"k:{\\\"type\\\":%04d}\":{\".\":{},\"f:lastProbeTime\":{},\"f:status\":{}}"::formatted)
            .collect(Collectors.joining(","));
    return ",\"managedFields\":[{\"manager\":\"kubelet\",\"operation\":\"Update\",\"apiVersion\":\"v1\",\"fieldsType\":\"FieldsV1\","
        + "\"fieldsV1\":{\"f:status\":{\"f:conditions\":{%s}}}}]".formatted(fields);
  }
}
