// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.topology.ServiceSources;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.node.settings.NodeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kubernetes' services, from when they are first wanted: no node of a cluster that announces none
/// asks for them.
final class ServiceWatch implements AutoCloseable {

  /// In place of `serviceClusterIPs`.
  static final String CLUSTER_IPS = "CALICO_ADVERTISE_CLUSTER_IPS";

  /// What Kubernetes calls this node.
  static final String NODE = NodeSettings.KUBERNETES_NAME;

  private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);
  private static final List<ResourceKind> KINDS =
      List.of(ResourceKind.KUBERNETES_SERVICE, ResourceKind.KUBERNETES_ENDPOINT_SLICE);

  /// A speaker that starts waits so long for them: after a restart it would else take back for a
  /// moment what it had announced.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Datastore datastore;
  private final Optional<Cidr> clusterIps;
  private final String node;
  private final Map<ResourceKey, Resource> known = new TreeMap<>();
  private Runnable onNews = () -> {};
  private Optional<Feed> feed = Optional.empty();
  private long wantedSince;
  private boolean isInSync;
  private Optional<String> refusal = Optional.empty();
  private boolean isClosed;

  /// @param environment of the process
  /// @throws StartException if a variable cannot be read
  ServiceWatch(Datastore datastore, Map<String, String> environment) {
    this.datastore = datastore;
    String text = environment.getOrDefault(CLUSTER_IPS, "").strip();
    this.clusterIps = text.isEmpty() ? Optional.empty() : Optional.of(cidr(text));
    this.node = environment.getOrDefault(NODE, "").strip();
  }

  private static Cidr cidr(String text) {
    return Cidr.tryParse(text)
        .orElseThrow(
            () ->
                new StartException(
                    "%s=%s: expected one CIDR, such as 10.96.0.0/12".formatted(CLUSTER_IPS, text)));
  }

  /// @param listener called on any thread when there is something new
  synchronized void onNews(Runnable listener) {
    onNews = listener;
  }

  /// What is known by now; without services until `want`.
  synchronized ServiceSources sources() {
    return new ServiceSources(
        clusterIps, node, of(KubernetesService.class), of(KubernetesEndpointSlice.class));
  }

  private <T extends Resource> List<T> of(Class<T> type) {
    return known.values().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /// Services are announced: from now on they are followed, where the store knows any.
  synchronized void want() {
    if (feed.isPresent() || isClosed || !datastore.hasServices()) {
      return;
    }
    wantedSince = System.nanoTime();
    feed = Optional.of(datastore.feed(KINDS, new Listener()));
    LOG.info("bgp: addresses of services are announced, so services are followed");
  }

  /// Whether it is worth waiting a little until services are known.
  synchronized boolean isComing() {
    return feed.isPresent()
        && !isInSync
        && refusal.isEmpty()
        && System.nanoTime() - wantedSince < PATIENCE.toNanos();
  }

  /// Why services may be announced wrongly; empty if all is well.
  synchronized Optional<String> problem() {
    return feed.isPresent() && !isInSync
        ? Optional.of(
            "services are not known yet: those with addresses of their own are missing"
                + refusal.map(": "::concat).orElse(""))
        : Optional.empty();
  }

  @Override
  public void close() {
    Optional<Feed> last;
    synchronized (this) {
      isClosed = true;
      last = feed;
    }
    last.ifPresent(Feed::close);
  }

  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      Runnable told;
      synchronized (ServiceWatch.this) {
        for (Change change : changes) {
          known.remove(change.key());
          change.value().ifPresent(value -> known.put(change.key(), value));
        }
        told = isInSync ? onNews : () -> {};
      }
      told.run();
    }

    @Override
    public void inSync() {
      Runnable told;
      synchronized (ServiceWatch.this) {
        isInSync = true;
        refusal = Optional.empty();
        told = onNews;
      }
      told.run();
    }

    /// To wait for what is not allowed would keep everything else from being announced.
    @Override
    public void failed(String why, boolean isRefusal) {
      Runnable told;
      synchronized (ServiceWatch.this) {
        boolean isNew = refusal.isPresent() != isRefusal;
        refusal = isRefusal ? Optional.of(why) : Optional.empty();
        told = isNew && !isInSync ? onNews : () -> {};
      }
      told.run();
    }
  }
}
