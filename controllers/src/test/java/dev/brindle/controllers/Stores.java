// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.datastore.etcd.EtcdDatastore;
import dev.brindle.datastore.etcd.EtcdServer;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The stores that tests run on; each is opened twice, as by two processes.
final class Stores implements AutoCloseable {

  /// Which store.
  enum Kind {
    MEMORY,
    EMBEDDED,
    ETCD,
    KUBERNETES
  }

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final Datastore one;
  private Datastore other;

  private Stores(Datastore one) {
    this.one = one;
    this.other = one;
  }

  /// Skips the test where there is no etcd.
  static Stores open(Kind kind, Path directory) {
    return switch (kind) {
      case MEMORY -> new Stores(new MemoryDatastore()).closing();
      case EMBEDDED -> {
        Path file = directory.resolve("store.db");
        yield new Stores(EmbeddedDatastore.open(file)).and(EmbeddedDatastore.open(file));
      }
      case ETCD -> {
        EtcdServer etcd = EtcdServer.start(directory);
        var stores = new Stores(EtcdDatastore.open(etcd.settings()));
        stores.open.push(etcd::close);
        yield stores.and(EtcdDatastore.open(etcd.settings()));
      }
      case KUBERNETES -> {
        var server = new ApiServer();
        server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"kube-system\"}}");
        var stores = new Stores(KubernetesDatastore.open(settings(server)));
        stores.open.push(server::close);
        yield stores.and(KubernetesDatastore.open(settings(server)));
      }
    };
  }

  static KubernetesSettings settings(ApiServer server) {
    var overrides =
        new Overrides(
            Optional.of(server.url()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    return new KubernetesSettings(new Credentials.None(), overrides, Optional.empty());
  }

  private Stores closing() {
    open.push(one::close);
    return this;
  }

  private Stores and(Datastore second) {
    other = second;
    open.push(one::close);
    open.push(second::close);
    return this;
  }

  Datastore one() {
    return one;
  }

  Datastore other() {
    return other;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
