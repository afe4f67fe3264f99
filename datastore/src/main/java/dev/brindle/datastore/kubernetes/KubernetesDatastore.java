// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.Kubeadm;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.Unread;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.SourceFeed;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.StoredObjects.Found;
import dev.brindle.datastore.kubernetes.layout.AffinityLabels;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.KubeadmConfig;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import dev.brindle.datastore.kubernetes.layout.PodObjects;
import io.fabric8.kubernetes.client.Config;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store in Kubernetes: Calico's own resources as custom resources where Calico has them, the
/// others made from what Kubernetes has.
///
/// Revisions are those of the objects. Each write says which one it replaces.
public final class KubernetesDatastore implements Datastore {

  private static final Logger LOG = LoggerFactory.getLogger(KubernetesDatastore.class);

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final StoredObjects stored;
  private final ObjectWrites writes;
  private final Collection<Feed> feeds = new ConcurrentLinkedQueue<>();

  private final HeardPods heard = new HeardPods();
  private final LatelyRead read = new LatelyRead();

  /// Owners whose affinities all have labels by now.
  private final Set<String> labelled = ConcurrentHashMap.newKeySet();

  private KubernetesDatastore(KubernetesCalls calls, KubernetesPlaces places) {
    this.calls = calls;
    this.places = places;
    this.stored = new StoredObjects(calls, places);
    this.writes = new ObjectWrites(calls, places, stored, read);
  }

  /// Does not ask the server yet: it may be away for now.
  ///
  /// @throws DatastoreException if the settings cannot be right
  public static KubernetesDatastore open(KubernetesSettings settings) {
    return open(ClientConfig.of(settings), settings.group());
  }

  /// Kubernetes beside a store of Calico's that is elsewhere: only what Kubernetes itself has, of
  /// which Calico's resources are made. Nothing of Calico's is asked for, nor found.
  ///
  /// @throws DatastoreException if the settings cannot be right
  public static KubernetesDatastore openBeside(KubernetesSettings settings) {
    var calls = new KubernetesCalls(ClientConfig.of(settings));
    return new KubernetesDatastore(calls, KubernetesPlaces.withoutCalicos(calls));
  }

  /// The API server's URL.
  ///
  /// @throws DatastoreException if the settings cannot be right
  public static String server(KubernetesSettings settings) {
    return ClientConfig.of(settings).getMasterUrl();
  }

  /// Of the kubeconfig's context, or of the pod.
  ///
  /// @throws DatastoreException if the settings cannot be right
  public static String namespace(KubernetesSettings settings) {
    return ClientConfig.namespace(settings.credentials());
  }

  static KubernetesDatastore open(Config config, Optional<CalicoGroup> group) {
    var calls = new KubernetesCalls(config);
    return new KubernetesDatastore(calls, new KubernetesPlaces(calls, group));
  }

  // ---- reading

  @Override
  public Optional<Resource> get(ResourceKey key) {
    Optional<Found> found = stored.find(key);
    found.ifPresent(read::remember);
    return found.map(Found::resource);
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return stored.list(kind, Selection.ALL);
  }

  @Override
  public List<Resource> affinitiesOf(String owner) {
    if (labelled.contains(owner)) {
      return stored.list(
          ResourceKind.BLOCK_AFFINITY, Selection.labels(AffinityLabels.ofOwner(owner)));
    }
    List<Resource> affinities = Datastore.super.affinitiesOf(owner);
    boolean isAllLabelled =
        affinities.stream()
            .map(BlockAffinity.class::cast)
            .filter(affinity -> !AffinityLabels.isLabelled(affinity))
            .allMatch(affinity -> update(affinity) instanceof WriteResult.Written);
    if (isAllLabelled) {
      labelled.add(owner);
    }
    return affinities;
  }

  @Override
  public boolean hasServices() {
    return true;
  }

  @Override
  public Optional<KubernetesNodes> kubernetesNodes() {
    return Optional.of(new NodeConditions(calls));
  }

  @Override
  public Optional<KubernetesServices> kubernetesServices() {
    return Optional.of(new ServiceStatuses(calls));
  }

  @Override
  public Optional<PodEvents> podEvents() {
    return Optional.of(new PodWarnings(calls));
  }

  @Override
  public List<Unread> unread(ResourceKind kind) {
    return places.unread(kind);
  }

  @Override
  public Optional<PodNotes> podNotes(String namespace, String pod) {
    Optional<ObjectNode> found = object(ApiResource.PODS, new ObjectName(namespace, pod));
    return found.map(
        each ->
            PodObjects.notes(each, object(ApiResource.NAMESPACES, new ObjectName("", namespace))));
  }

  @Override
  public Optional<PodNotes> heardNotes(String namespace, String pod) {
    return heard.notes(namespace, pod);
  }

  private Optional<ObjectNode> object(ApiResource objects, ObjectName name) {
    return calls.get(
        new Call("get", objects, "read %s %s".formatted(objects, name), objects.path(name)));
  }

  @Override
  public void check() {
    places.group();
    Datastore.super.check();
  }

  // ---- writing

  @Override
  public WriteResult create(Resource resource) {
    return writes.create(resource);
  }

  @Override
  public WriteResult update(Resource resource) {
    return writes.update(resource);
  }

  @Override
  public WriteResult updateStatus(Resource resource) {
    return writes.updateStatus(resource);
  }

  @Override
  public void requireRemovable(ResourceKey key) {
    writes.requireRemovable(key);
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    return writes.delete(key);
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return writes.delete(key, revision);
  }

  @Override
  public int movePolicies(Runnable permit) {
    return new PolicyMoves(calls, places, permit).moveAll();
  }

  @Override
  public Optional<Kubeadm> kubeadm() {
    var call =
        new Call(
            "get",
            ApiResource.CONFIG_MAPS,
            "read ConfigMap " + KubeadmConfig.NAME,
            ApiResource.CONFIG_MAPS.path(KubeadmConfig.NAME));
    try {
      return calls.find(call).map(KubeadmConfig::read);
    } catch (IllegalArgumentException e) {
      throw calls.fault(call, String.valueOf(e.getMessage()), e);
    } catch (DatastoreException e) {
      if (!e.isRefusal()) {
        throw e;
      }
      LOG.warn("{}: it counts as not there", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Optional<Finalizers> finalizers() {
    return places.group() == CalicoGroup.NATIVE
        ? Optional.of(new ObjectFinalizers(calls, stored))
        : Optional.empty();
  }

  @Override
  public Leases leases(String namespace) {
    return new KubernetesLeases(calls, namespace);
  }

  // ---- feeds

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return feed(kinds, Selection.ALL, listener);
  }

  @Override
  public Feed feedOfNode(Collection<ResourceKind> kinds, String node, FeedListener listener) {
    return feed(kinds, Selection.podsOf(node), listener);
  }

  private Feed feed(Collection<ResourceKind> kinds, Selection pods, FeedListener listener) {
    var bell = new Bell();
    var changes = new KubernetesChanges(calls, places, bell, heard, pods);
    Feed telling = SourceFeed.start(calls.name(), changes, bell, kinds, listener);
    Feed feed =
        () -> {
          telling.close();
          changes.close();
        };
    feeds.add(feed);
    return feed;
  }

  /// Ends all feeds.
  @Override
  public void close() {
    feeds.forEach(Feed::close);
    calls.close();
    LOG.debug("{} is closed", calls.name());
  }
}
