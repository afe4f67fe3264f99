// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.block.Block;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// A cluster with services, and what looks after them, round by round.
final class ServiceScene implements AutoCloseable {

  static final String SERVICES = "/api/v1/services";
  static final String BALANCER =
      "{\"type\":\"LoadBalancer\",\"clusterIP\":\"10.96.0.9\",\"ipFamilies\":[\"IPv4\"],"
          + "\"ipFamilyPolicy\":\"SingleStack\"}";

  private static final String EVENTS = "/api/v1/events";
  private static final String NOT_HEARD = "not all has been told yet";

  final ApiServer server;
  final AtomicLong ticks = new AtomicLong();
  final Datastore calico;
  final ServiceSync sync;
  final MeddledDatastore meddled;
  private final Datastore kubernetes;
  private final Optional<Stores> stores;
  private final Cluster cluster;

  private ServiceScene(ApiServer server, Datastore kubernetes, Optional<Stores> stores) {
    this.server = server;
    this.kubernetes = kubernetes;
    this.stores = stores;
    this.calico = stores.map(Stores::one).orElse(kubernetes);
    this.cluster = new Cluster(calico, stores.map(_ -> kubernetes));
    this.meddled = new MeddledDatastore(kubernetes);
    this.sync =
        new ServiceSync(
            cluster, meddled, new Allocator(calico), InstantSource.system(), ticks::get, () -> {});
  }

  /// A round of somebody who led until just now: so many writes are taken from him, and no more.
  ///
  /// @return whether he has done all that was to be done
  boolean isDoneWithin(int writes) {
    var left = new AtomicInteger(writes);
    BooleanSupplier leads = () -> left.getAndDecrement() > 0;
    try (var other =
        new ServiceSync(
            cluster,
            new FencedDatastore(kubernetes, leads),
            new Allocator(new FencedDatastore(calico, leads)),
            InstantSource.system(),
            ticks::get,
            () -> {})) {
      List<String> unheard = List.of();
      do {
        unheard = cluster.obstacles().isEmpty() ? rounds(other) : List.of(NOT_HEARD);
      } while (unheard.stream().anyMatch(it -> it.contains(NOT_HEARD)));
      return left.get() >= 0;
    }
  }

  /// One round, which may end badly.
  void attempt() {
    if (cluster.obstacles().isEmpty()) {
      rounds(sync);
    }
  }

  private static List<String> rounds(ServiceSync sync) {
    try {
      return sync.sync(false);
    } catch (DatastoreException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /// @param kind of Calico's store; skips the test where there is no etcd
  static ServiceScene of(Stores.Kind kind, Path directory) {
    boolean isOne = kind == Stores.Kind.KUBERNETES;
    Optional<Stores> stores = isOne ? Optional.empty() : Optional.of(Stores.open(kind, directory));
    var server = new ApiServer();
    server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
    for (String namespace : List.of("default", "shop", "kube-system")) {
      server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"%s\"}}".formatted(namespace));
    }
    server.create(
        SERVICES,
        """
        {"metadata":{"namespace":"default","name":"kubernetes","uid":"k"},
         "spec":{"type":"ClusterIP","clusterIP":"10.96.0.1"}}""");
    var settings = Stores.settings(server);
    Datastore kubernetes =
        isOne ? KubernetesDatastore.open(settings) : KubernetesDatastore.openBeside(settings);
    return new ServiceScene(server, kubernetes, stores);
  }

  void pool(String name, String cidr, int blockSize) {
    for (Resource resource :
        ResourceCodec.read(
            """
            {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: %s},
             spec: {cidr: %s, blockSize: %d, allowedUses: [LoadBalancer]}}
            """
                .formatted(name, cidr, blockSize))) {
      Scene.written(calico.create(resource));
    }
  }

  /// A round, and another, until it is so.
  void await(String what, BooleanSupplier isSo) {
    Waiting.until(
        () -> "%s: %s, %s".formatted(what, sync.notes(), held()),
        () -> cluster.obstacles().isEmpty() && sync.sync(false).isEmpty() && isSo.getAsBoolean());
  }

  static String text(String name, String annotations, String spec, String status) {
    return """
        {"metadata":{"namespace":"shop","name":"%s","uid":"u-%s","annotations":%s},
         "spec":%s,"status":%s}"""
        .formatted(name, name, annotations, spec, status);
  }

  void service(String name) {
    server.create(SERVICES, text(name, "{}", BALANCER, "{}"));
  }

  /// One of whose wish nobody can make sense.
  void nonsense(String name) {
    String unread = "{\"projectcalico.org/ipv4pools\":\"public\"}";
    server.create(SERVICES, text(name, unread, BALANCER, "{}"));
  }

  void touch(String name, String annotations) {
    JsonNode before = server.stored(SERVICES, "shop/" + name);
    String after = text(name, annotations, BALANCER, before.path("status").toString());
    String uid = before.path("metadata").path("uid").asText();
    server.replace(SERVICES, after.replace("u-" + name, uid));
  }

  /// What the status of a service names.
  List<String> shown(String name) {
    JsonNode ways =
        server.stored(SERVICES, "shop/" + name).path("status").path("loadBalancer").path("ingress");
    return ways.valueStream().map(way -> way.path("ip").asText("?")).toList();
  }

  List<String> held() {
    return new Scene(calico, calico).held();
  }

  /// All addresses that are somebody's.
  List<String> addresses() {
    return calico.list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> new Block((IpamBlock) block).assignments().stream())
        .map(assignment -> assignment.address().toString())
        .toList();
  }

  List<String> events() {
    return server.names(EVENTS).stream()
        .map(name -> server.stored(EVENTS, name))
        .map(
            event ->
                "%s %s: %s"
                    .formatted(
                        event.path("involvedObject").path("name").asText(),
                        event.path("reason").asText(),
                        event.path("message").asText()))
        .sorted()
        .toList();
  }

  List<String> owners() {
    return calico.list(ResourceKind.IPAM_BLOCK).stream()
        .map(block -> ((IpamBlock) block).spec().affinity())
        .flatMap(Optional::stream)
        .toList();
  }

  /// Of the first that holds an address.
  Map<String, String> notes() {
    return calico.list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> ((IpamBlock) block).spec().attributes().stream())
        .findFirst()
        .orElseThrow()
        .activeOwner();
  }

  @Override
  public void close() {
    sync.close();
    cluster.close();
    kubernetes.close();
    stores.ifPresent(Stores::close);
    server.close();
  }
}
