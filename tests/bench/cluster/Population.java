// SPDX-License-Identifier: Apache-2.0

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// A large cluster: nodes, each with a block full of pods, and policies, spread over namespaces.
///
/// @param pods of each node
/// @param policies NetworkPolicies of Kubernetes
record Population(int nodes, int pods, int policies) {

  static final int NAMESPACES = 50;

  private static final int BLOCK = 128;

  Population {
    if (pods > BLOCK) {
      throw new IllegalArgumentException("BENCH_PODS is %d: expected %d at most".formatted(pods, BLOCK));
    }
  }

  static String namespace(int number) {
    return "ns-" + number % NAMESPACES;
  }

  private static String node(int number) {
    return "node-" + number;
  }

  private static String pod(int node, int pod) {
    return "p%d-%d".formatted(node, pod);
  }

  private static Cidr block(int node) {
    return new Cidr(Cidr.parse("10.0.0.0/8").address().plus((long) BLOCK * node), 25);
  }

  // ---- what Kubernetes has, as it is in its etcd

  Map<String, String> objects() {
    Map<String, String> objects = new LinkedHashMap<>();
    for (int i = 0; i < NAMESPACES; i++) {
      String name = namespace(i);
      objects.put(
          "/registry/namespaces/" + name,
          """
          {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%1$s","uid":"%2$s","labels":{"kubernetes.io/metadata.name":"%1$s"},
          "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}"""
              .formatted(name, uid(1, i)));
      objects.put(
          "/registry/serviceaccounts/%s/default".formatted(name),
          """
          {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"%s","uid":"%s",
          "creationTimestamp":"2026-01-01T00:00:00Z"}}"""
              .formatted(name, uid(2, i)));
    }
    for (int number = 0; number < nodes; number++) {
      objects.put(nodePath(number), node(number, 0));
      for (int pod = 0; pod < pods; pod++) {
        objects.put(podPath(number, pod), pod(number, pod, 0));
      }
    }
    for (int number = 0; number < policies; number++) {
      objects.put(policyPath(number), policy(number, 0));
    }
    return objects;
  }

  private static String uid(int kind, int number) {
    return "00000000-0000-4000-8%03d-%012d".formatted(kind, number);
  }

  static String nodePath(int number) {
    return "/registry/minions/" + node(number);
  }

  /// @param beat what kubelet says from time to time; nothing of it matters here
  static String node(int number, int beat) {
    return """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"%1$s","uid":"%2$s","creationTimestamp":"2026-01-01T00:00:00Z",
        "labels":{"kubernetes.io/hostname":"%1$s","rack":"r%3$d"}},"spec":{},
        "status":{"addresses":[{"type":"InternalIP","address":"172.31.%4$d.%5$d"}],
        "conditions":[{"type":"Ready","status":"True","reason":"beat-%6$d"}]}}"""
        .formatted(node(number), uid(3, number), number % 20, number / 250, number % 250 + 1, beat);
  }

  static String podPath(int node, int pod) {
    return "/registry/pods/%s/%s".formatted(namespace(pod), pod(node, pod));
  }

  /// @param beat a label that somebody changes from time to time
  String pod(int node, int pod, int beat) {
    String address = block(node).address().plus(pod).toString();
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","namespace":"%2$s","uid":"%3$s",
        "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a%4$d","beat":"%8$d"},
        "annotations":{"cni.projectcalico.org/podIP":"%5$s/32","cni.projectcalico.org/podIPs":"%5$s/32",
        "cni.projectcalico.org/containerID":"%6$064x"}},
        "spec":{"nodeName":"%7$s","serviceAccountName":"default","containers":[{"name":"c","image":"i"}]},
        "status":{"phase":"Running","podIP":"%5$s"}}"""
        .formatted(
            pod(node, pod),
            namespace(pod),
            uid(4, node * BLOCK + pod),
            pod % 20,
            address,
            node * BLOCK + pod,
            node(node),
            beat);
  }

  static String policyPath(int number) {
    return "/registry/networkpolicies/%s/policy-%d".formatted(namespace(number), number);
  }

  /// @param version is the port that it lets in
  static String policy(int number, int version) {
    return """
        {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"policy-%1$d","namespace":"%2$s","uid":"%3$s",
        "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"podSelector":{"matchLabels":{"app":"a%4$d"}},
        "policyTypes":["Ingress"],"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"a%5$d"}}},
        {"ipBlock":{"cidr":"192.0.2.0/24","except":["192.0.2.128/25"]}}],"ports":[{"protocol":"TCP","port":%6$d}]}]}}"""
        .formatted(number, namespace(number), uid(5, number), number % 20, (number + 1) % 20, 1000 + version);
  }

  // ---- what Calico has

  /// @param hasNodes whether nodes are stored by themselves
  List<Resource> resources(boolean hasNodes) {
    List<Resource> all = new ArrayList<>();
    all.addAll(
        ResourceCodec.read(
            """
            {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: pool},
             spec: {cidr: 10.0.0.0/8, blockSize: 25, ipipMode: Never, nodeSelector: all()}}
            """));
    all.addAll(
        ResourceCodec.read(
            """
            {apiVersion: projectcalico.org/v3, kind: KubeControllersConfiguration, metadata: {name: default},
             spec: {prometheusMetricsPort: 9094, controllers: {node: {leakGracePeriod: 10s}, policy: {}, workloadEndpoint: {},
             namespace: {}, serviceAccount: {}, loadBalancer: {}}}}
            """));
    for (int number = 0; number < nodes; number++) {
      if (hasNodes) {
        all.addAll(
            ResourceCodec.read(
                """
                {apiVersion: projectcalico.org/v3, kind: Node, metadata: {name: %1$s},
                 spec: {bgp: {ipv4Address: 172.31.%2$d.%3$d/16}, orchRefs: [{nodeName: %1$s, orchestrator: k8s}]}}
                """
                    .formatted(node(number), number / 250, number % 250 + 1)));
      }
      Cidr cidr = block(number);
      all.add(
          new BlockAffinity(
              Metadata.named(IpamNames.affinity(node(number), cidr)),
              new BlockAffinity.Spec(BlockAffinity.State.CONFIRMED, node(number), "host", cidr, false)));
      all.add(block(number, cidr));
    }
    return all;
  }

  private IpamBlock block(int number, Cidr cidr) {
    List<Integer> allocations = new ArrayList<>();
    List<IpamBlock.Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < BLOCK; i++) {
      allocations.add(i < pods ? i : IpamBlock.FREE);
      if (i < pods) {
        attributes.add(
            new IpamBlock.Attribute(
                "k8s-pod-network.%064x".formatted(number * BLOCK + i),
                Map.of("namespace", namespace(i), "node", node(number), "pod", pod(number, i)),
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
            IntStream.range(pods, BLOCK).boxed().toList(),
            attributes,
            1,
            Map.of(),
            false));
  }
}
