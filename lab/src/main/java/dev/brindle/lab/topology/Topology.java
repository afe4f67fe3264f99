// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The machines of a lab and where they are plugged in.
///
/// @param segments how many networks there are, 1 or 2; the router joins them
/// @param nodes in order of their numbers
/// @param stated what the author of a topology file expects beyond what the lab works out
public record Topology(
    int segments,
    List<NodeSpec> nodes,
    List<PodSpec> pods,
    RouterKind router,
    FamilyChoice family,
    List<Expectation> stated) {

  /// The machine that joins the segments and speaks BGP.
  public static final String ROUTER = "router";

  /// The machine behind the router.
  public static final String OUTSIDE = "outside";

  /// The machine that etcd runs on, where it is the store.
  public static final String ETCD = "etcd";

  private static final Set<String> TAKEN = Set.of(ROUTER, OUTSIDE, ETCD);
  private static final int MOST_SEGMENTS = 2;

  /// @throws IllegalArgumentException if names repeat, or refer to what is not there
  public Topology {
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
    stated = List.copyOf(stated);
    if (segments < 1 || segments > MOST_SEGMENTS) {
      throw new IllegalArgumentException("%d segments is not in 1..2".formatted(segments));
    }
    if (nodes.isEmpty() || nodes.size() > LabOptions.MOST_NODES) {
      throw new IllegalArgumentException(
          "%d nodes is not in 1..%d".formatted(nodes.size(), LabOptions.MOST_NODES));
    }
    Set<String> nodeNames = new HashSet<>();
    Set<String> seen = new HashSet<>(TAKEN);
    for (NodeSpec node : nodes) {
      once(seen, node.name());
      nodeNames.add(node.name());
      if (node.segment() < 1 || node.segment() > segments) {
        throw new IllegalArgumentException(
            "node %s: segment %d is not in 1..%d".formatted(node.name(), node.segment(), segments));
      }
    }
    for (PodSpec pod : pods) {
      once(seen, pod.name());
      if (!nodeNames.contains(pod.node())) {
        throw new IllegalArgumentException(
            "pod %s: there is no node %s".formatted(pod.name(), pod.node()));
      }
    }
    for (Expectation expectation : stated) {
      for (String name : List.of(expectation.from(), expectation.to())) {
        if (!seen.contains(name)) {
          throw new IllegalArgumentException("expect: there is no pod " + name);
        }
      }
    }
  }

  private static void once(Set<String> seen, String name) {
    if (!seen.add(name)) {
      throw new IllegalArgumentException("the name %s is taken twice".formatted(name));
    }
  }

  /// Nodes alternate between the segments; pods go round the nodes. The first pod serves, the
  /// second may use it, the others may not.
  public static Topology standard(LabOptions options) {
    int segments = options.encap().segments();
    List<NodeSpec> nodes = new ArrayList<>();
    for (int i = 1; i <= options.nodes(); i++) {
      nodes.add(new NodeSpec("node" + i, i, (i - 1) % segments + 1));
    }
    List<PodSpec> pods = new ArrayList<>();
    for (int i = 0; i < options.nodes() * options.podsPerNode(); i++) {
      String node = nodes.get(i % nodes.size()).name();
      pods.add(
          switch (i) {
            case 0 -> new PodSpec("server", node, Map.of(TourPolicy.APP, TourPolicy.SERVER));
            case 1 -> new PodSpec("friend", node, Map.of(TourPolicy.ACCESS, TourPolicy.GRANTED));
            case 2 -> new PodSpec("stranger", node, Map.of());
            default -> new PodSpec("pod" + (i + 1), node, Map.of());
          });
    }
    return new Topology(segments, nodes, pods, options.router(), options.family(), List.of());
  }

  /// A machine joins the segments if there are two, and whenever one is to speak BGP.
  public boolean hasRouter() {
    return router != RouterKind.NONE || segments > 1;
  }

  /// There is a machine behind the router if the router speaks BGP: only so are its pods' addresses
  /// known there.
  public boolean hasOutside() {
    return router != RouterKind.NONE;
  }

  /// Every machine's name, in the order they come up.
  public List<String> hosts() {
    return Stream.of(
            Stream.of(ROUTER).filter(_ -> hasRouter()),
            Stream.of(OUTSIDE).filter(_ -> hasOutside()),
            nodes.stream().map(NodeSpec::name),
            pods.stream().map(PodSpec::name))
        .flatMap(names -> names)
        .toList();
  }

  /// @throws IllegalArgumentException if there is none of that name; the message names them all
  public NodeSpec node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no node %s; there are %s"
                        .formatted(
                            name, String.join(", ", nodes.stream().map(NodeSpec::name).toList()))));
  }
}
