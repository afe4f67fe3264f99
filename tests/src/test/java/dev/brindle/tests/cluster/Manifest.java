// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What `manifests` offers to be applied, with what its users edit, and where its store is.
abstract class Manifest {

  private static final String DIRECTORY_OF_BOOKINGS = "/var/lib/cni/networks/k8s-pod-network";

  private final String name;
  private final Cluster cluster;

  private Manifest(String name, Cluster cluster) {
    this.name = name;
    this.cluster = cluster;
  }

  /// Kubernetes' store, BGP, no encapsulation.
  static Manifest main(Cluster cluster) {
    return new Manifest("brindle.yaml", cluster) {
      @Override
      String edited(String text) {
        return with(withPods(text), setting("IPIP", "Always"), setting("IPIP", "Never"));
      }
    };
  }

  /// The same as it comes, with IPIP between all nodes.
  static Manifest ipip(Cluster cluster) {
    return new Manifest("brindle.yaml", cluster) {
      @Override
      String edited(String text) {
        return withPods(text);
      }
    };
  }

  /// The same with VXLAN, also between nodes of one subnet.
  static Manifest vxlan(Cluster cluster) {
    return new Manifest("brindle-vxlan.yaml", cluster) {
      @Override
      String edited(String text) {
        return with(withPods(text), setting("VXLAN", "CrossSubnet"), setting("VXLAN", "Always"));
      }
    };
  }

  /// Others assign addresses and bring packets from node to node: here the controller manager,
  /// host-local, and a route on each node to each other's network.
  static Manifest policyOnly(Cluster cluster) {
    return new Manifest("brindle-policy-only.yaml", cluster) {
      @Override
      String edited(String text) {
        return text;
      }

      @Override
      void prepare(String node) {
        for (String other : cluster.nodes()) {
          if (!other.equals(node)) {
            route(cluster, node, other);
          }
        }
      }

      @Override
      List<Booking> bookings() {
        return cluster.nodes().stream().flatMap(node -> local(cluster.machine(node))).toList();
      }
    };
  }

  private static void route(Cluster cluster, String from, String to) {
    String path = "/api/v1/nodes/" + to;
    Eventually.until(
        () -> to + " has a podCIDR", () -> !cluster.get(path).at("/spec/podCIDR").isMissingNode());
    String network = cluster.get(path).at("/spec/podCIDR").asText();
    List<String> line = List.of(Programs.path("ip"), "route", "replace", network, "via");
    List<String> words = new ArrayList<>(line);
    words.add(cluster.address(to));
    cluster.machine(from).run(words, Map.of(), "").ok();
  }

  /// Files of host-local: each named as its address, with the container inside.
  private static Stream<Booking> local(Machine machine) {
    Path directory = machine.file(DIRECTORY_OF_BOOKINGS);
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches("[0-9.]+"))
          .map(address -> new Booking(address, "container on " + machine.name()))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param etcd of Brindle's own
  static Manifest etcd(Cluster cluster, OwnEtcd etcd) {
    return new Manifest("brindle-etcd.yaml", cluster) {
      @Override
      String edited(String text) {
        String edited = with(withPods(text), setting("IPIP", "Always"), setting("IPIP", "Never"));
        edited = with(edited, "http://ETCD_IP:2379", etcd.url());
        for (String file : List.of("etcd-ca", "etcd-cert", "etcd-key")) {
          String key = file.replace('-', '_');
          edited = with(edited, key + ": \"\"", "%s: /calico-secrets/%s".formatted(key, file));
        }
        return with(
            edited,
            """
            # data:
            #   etcd-ca: ...
            #   etcd-cert: ...
            #   etcd-key: ...
            """,
            """
            data:
              etcd-ca: %s
              etcd-cert: %s
              etcd-key: %s
            """
                .formatted(secret("ca.pem"), secret("client.pem"), secret("client.key")));
      }

      private String secret(String file) {
        try {
          return Base64.getEncoder().encodeToString(Files.readAllBytes(etcd.file(file)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      Ended brindle(String input, String... arguments) {
        return cluster.control().run(BrindleNode.commandLine(arguments), etcd.environment(), input);
      }

      @Override
      List<Booking> bookings() {
        String blocks =
            etcd.etcdctl(
                    "get", "--prefix", "--print-value-only", "/calico/ipam/v2/assignment/ipv4/")
                .ok()
                .out();
        return blocks
            .lines()
            .filter(line -> !line.isBlank())
            .flatMap(line -> Booking.of(StandInKubelet.json(line)).stream())
            .toList();
      }
    };
  }

  // ---- what they have in common

  abstract String edited(String text);

  /// Whatever a node has to have besides.
  void prepare(String node) {}

  Ended brindle(String input, String... arguments) {
    return KubernetesStore.brindle(cluster, input, arguments);
  }

  List<Booking> bookings() {
    return KubernetesStore.bookings(cluster);
  }

  /// As its users would apply it.
  String text() {
    return edited(Logs.read(file(name)));
  }

  static Optional<Path> missing() {
    return Stream.of(
            "brindle.yaml", "brindle-vxlan.yaml", "brindle-policy-only.yaml", "brindle-etcd.yaml")
        .map(Manifest::file)
        .filter(file -> !Files.exists(file))
        .findFirst();
  }

  private static Path file(String name) {
    return Path.of("..", "manifests", name);
  }

  private static String withPods(String manifest) {
    return with(
        manifest,
        "# - name: CALICO_IPV4POOL_CIDR\n        #   value: \"192.168.0.0/16\"",
        "- name: CALICO_IPV4POOL_CIDR\n          value: \"%s\"".formatted(ControlPlane.PODS));
  }

  private static String setting(String what, String value) {
    return "- name: CALICO_IPV4POOL_%s\n          value: %s".formatted(what, value);
  }

  private static String with(String manifest, String from, String to) {
    if (!manifest.contains(from)) {
      throw new AssertionError("the manifest does not have%n%s".formatted(from));
    }
    return manifest.replace(from, to);
  }
}
