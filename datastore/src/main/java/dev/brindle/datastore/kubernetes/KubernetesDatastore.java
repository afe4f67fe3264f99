// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import dev.brindle.datastore.Stamp;
import dev.brindle.datastore.Unread;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.SourceFeed;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.StoredObjects.Found;
import dev.brindle.datastore.kubernetes.layout.AffinityLabels;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.KubeadmConfig;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout.Writing;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import dev.brindle.datastore.kubernetes.layout.PodObjects;
import io.fabric8.kubernetes.client.Config;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

  private static final int TRIES = 10;

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final StoredObjects stored;
  private final Collection<Feed> feeds = new ConcurrentLinkedQueue<>();

  private final HeardPods heard = new HeardPods();
  private final LatelyRead read = new LatelyRead();

  /// Owners whose affinities all have labels by now.
  private final Set<String> labelled = ConcurrentHashMap.newKeySet();

  private KubernetesDatastore(KubernetesCalls calls, KubernetesPlaces places) {
    this.calls = calls;
    this.places = places;
    this.stored = new StoredObjects(calls, places);
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
    ResourceKey key = resource.key();
    Resource created = Stamp.created(resource, 0, UUID.randomUUID(), Instant.now());
    ObjectLayout layout = writable("create", key);
    List<ObjectName> names = layout.names(key);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      boolean mustLook = attempt > 0 || names.size() > 1 || layout.writing() == Writing.ANNOTATIONS;
      Optional<Found> before = mustLook ? stored.find(key) : Optional.empty();
      if (before.isPresent()) {
        return new WriteResult.AlreadyThere(before.get().resource());
      }
      refuseWithoutObject("create", layout, key);
      ObjectNode object = layout.write(created, JsonNodeFactory.instance.objectNode());
      Call call =
          new Call(
              "create", layout.objects(), "create " + key, layout.objects().path(key.namespace()));
      Answer answer = calls.post(call, object);
      if (answer.isSuccess()) {
        return new WriteResult.Written(places.read(layout, answer.object()).orElseThrow());
      }
      if (answer.code() == KubernetesFault.NOT_FOUND) {
        throw calls.fault(call, answer.body().path("message").asText(), null);
      }
    }
    throw new DatastoreException(
        "cannot create %s in %s: an object of another resource has that name"
            .formatted(key, calls.name()));
  }

  private void refuseWithoutObject(String verb, ObjectLayout layout, ResourceKey key) {
    if (layout.writing() == Writing.ANNOTATIONS) {
      throw new DatastoreException(
          "cannot %s %s in %s: it is made from one of Kubernetes' %s, and there is none for it"
              .formatted(verb, key, calls.name(), layout.objects()));
    }
  }

  /// Where it is written.
  private ObjectLayout writable(String verb, ResourceKey key) {
    List<ObjectLayout> layouts = places.of(key.kind());
    return layouts.stream()
        .filter(layout -> layout.writing() != Writing.NONE && !layout.names(key).isEmpty())
        .findFirst()
        .orElseThrow(() -> unsupported(verb, key));
  }

  private DatastoreException unsupported(String verb, ResourceKey key) {
    List<String> sources =
        places.of(key.kind()).stream()
            .filter(layout -> !layout.isCalicos())
            .map(layout -> layout.objects().toString())
            .toList();
    return new DatastoreException(
        "operation %s is not supported on %s: in Kubernetes it is made from %s"
            .formatted(verb, key, String.join(" and ", sources)));
  }

  @Override
  public WriteResult update(Resource resource) {
    return update(resource, this::write);
  }

  @Override
  public WriteResult updateStatus(Resource resource) {
    return update(resource, this::writeStatus);
  }

  /// How what was found becomes another.
  @FunctionalInterface
  private interface Writer {

    Answer write(String words, Found found, Resource resource);
  }

  private WriteResult update(Resource resource, Writer writer) {
    String expected = Stamp.requireRevision(resource);
    ResourceKey key = resource.key();
    writable("update", key);
    boolean isPods = key.kind() == ResourceKind.WORKLOAD_ENDPOINT;
    Optional<Found> lately = isPods ? Optional.empty() : read.take(key, expected);
    Optional<Found> before = lately.or(() -> stored.find(key));
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    if (!found.resource().metadata().resourceVersion().equals(expected)) {
      return new WriteResult.Conflict(found.resource());
    }
    Answer answer =
        writer.write("update " + key, found, Stamp.updated(resource, found.resource(), 0));
    return answer.isSuccess()
        ? new WriteResult.Written(places.read(found.layout(), answer.object()).orElseThrow())
        : overtaken(key);
  }

  private Answer write(String words, Found found, Resource resource) {
    ObjectLayout layout = found.layout();
    return layout.writing() == Writing.ANNOTATIONS
        ? calls.merge(
            KubernetesPlaces.status("patch", words, layout, found.name()),
            layout.patch(resource, found.object()))
        : calls.put(
            KubernetesPlaces.one("update", words, layout, found.name()),
            layout.write(resource, found.object()));
  }

  /// Where its definition keeps the status apart a write of the whole would not change it.
  private Answer writeStatus(String words, Found found, Resource resource) {
    ObjectLayout layout = found.layout();
    if (layout.writing() == Writing.ANNOTATIONS) {
      return write(words, found, resource);
    }
    return calls
        .putPart(
            KubernetesPlaces.status("update", words, layout, found.name()),
            layout.write(resource, found.object()))
        .orElseGet(() -> write(words, found, resource));
  }

  private WriteResult overtaken(ResourceKey key) {
    return stored
        .find(key)
        .<WriteResult>map(found -> new WriteResult.Conflict(found.resource()))
        .orElseGet(() -> new WriteResult.Missing(key));
  }

  @Override
  public void requireRemovable(ResourceKey key) {
    writable("delete", key);
    if (key.kind() == ResourceKind.NODE) {
      throw unsupported("delete", key);
    }
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    WriteResult result = delete(key, Optional.empty());
    while (result instanceof WriteResult.Conflict) {
      result = delete(key, Optional.empty());
    }
    return result;
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return delete(key, Optional.of(revision));
  }

  private WriteResult delete(ResourceKey key, Optional<String> expected) {
    Optional<Found> lately = expected.flatMap(known -> read.take(key, known));
    Optional<Found> before = lately.or(() -> stored.find(key));
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    String revision = found.resource().metadata().resourceVersion();
    if (expected.isPresent() && !expected.get().equals(revision)) {
      return new WriteResult.Conflict(found.resource());
    }
    return remove("delete " + key, found, lately.isPresent()).isSuccess()
        ? new WriteResult.Written(found.resource())
        : overtaken(key);
  }

  /// @param isUnderRevision pods too, which otherwise are compared by their uid: what is known of
  ///     this one was read before, and may be old
  private Answer remove(String words, Found found, boolean isUnderRevision) {
    ObjectLayout layout = found.layout();
    Call removal = KubernetesPlaces.one("delete", words, layout, found.name());
    return switch (layout.writing()) {
      case WHOLE -> calls.delete(removal, found.object().path("metadata"));
      case IN_TWO_STEPS -> {
        if (layout.goesAtOnce(found.object())) {
          yield calls.delete(removal, found.object().path("metadata"));
        }
        Answer marked =
            calls.put(
                KubernetesPlaces.one("update", words, layout, found.name()),
                layout.halfRemoved(found.object()));
        if (marked.isSuccess()) {
          calls.delete(removal, marked.object().path("metadata"));
        }
        yield marked;
      }
      case ANNOTATIONS -> {
        requireRemovable(found.resource().key());
        yield calls.merge(
            KubernetesPlaces.status("patch", words, layout, found.name()),
            layout.emptying(found.object(), isUnderRevision));
      }
      case NONE -> throw unsupported("delete", found.resource().key());
    };
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
