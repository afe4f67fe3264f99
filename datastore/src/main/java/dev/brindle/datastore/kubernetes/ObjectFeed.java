// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import dev.brindle.datastore.feed.Holders;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Listing;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One collection, or what is selected of it, as a feed hears of it: a listing, then a watch from
/// there on. A watch that ends goes on where it was; where the server has forgotten that, all is
/// listed anew and compared.
///
/// For the feed's thread.
final class ObjectFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectFeed.class);

  /// A watch that told nothing is not begun anew sooner, so that a server that ends each at once is
  /// not asked without pause.
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /// A collection that is not known may come when its definition is applied.
  private static final Duration ABSENCE = Duration.ofMinutes(1);

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final ObjectLayout layout;
  private final Selection selection;
  private final Bell bell;
  private final InstantSource clock;
  private final HeardPods heard;

  /// Which resource each object stands for.
  private final Map<ObjectName, ResourceKey> known = new HashMap<>();

  private final Holders holders = new Holders();

  private Optional<ObjectWatch> watch = Optional.empty();
  private boolean isToBeListed = true;
  private boolean isAbsenceTold;
  private Instant notBefore = Instant.MIN;

  ObjectFeed(
      KubernetesCalls calls,
      KubernetesPlaces places,
      ObjectLayout layout,
      Selection selection,
      Bell bell,
      InstantSource clock,
      HeardPods heard) {
    this.calls = calls;
    this.places = places;
    this.layout = layout;
    this.selection = selection;
    this.bell = bell;
    this.clock = clock;
    this.heard = heard;
  }

  /// Begins from nothing.
  ///
  /// @return all there is
  List<Entry> list() {
    close();
    known.clear();
    holders.clear();
    isToBeListed = true;
    return listed();
  }

  /// What was told since it was asked last. After it `mend` must be called.
  List<Entry> news() {
    List<Entry> entries = new ArrayList<>();
    watch.ifPresent(
        heard ->
            heard
                .drain()
                .forEach(each -> entries.addAll(entries(read(each.object(), each.isGone())))));
    return entries;
  }

  /// Goes on where it was broken off.
  ///
  /// @return what differs, if that was not told by the watch
  /// @throws dev.brindle.datastore.DatastoreException if it cannot
  List<Entry> mend() {
    Optional<String> why = watch.flatMap(ObjectWatch::end);
    if (!isToBeListed && why.isEmpty()) {
      return List.of();
    }
    if (clock.instant().isBefore(notBefore)) {
      return List.of(); // the bell will ring
    }
    if (!isToBeListed) {
      ObjectWatch ended = watch.orElseThrow();
      if (!ended.isExpired()) {
        LOG.debug("{}: watch of {}: {}", calls.name(), layout.objects(), why.orElse(""));
        watchFrom(ended.revision());
        return List.of();
      }
      LOG.info("{} broke off {}: {}; listing anew", calls.name(), layout.objects(), why.orElse(""));
      isToBeListed = true;
    }
    return listed();
  }

  private List<Entry> listed() {
    Optional<Listing<Heard>> listing =
        places.listed(layout, selection, object -> read(object, false));
    if (listing.isEmpty()) {
      return absent();
    }
    isAbsenceTold = false;
    watchFrom(listing.get().revision()); // first: if it fails nothing is noted as told
    isToBeListed = false;
    List<Entry> entries = new ArrayList<>();
    Set<ObjectName> present = new HashSet<>();
    for (Heard each : listing.get().objects()) {
      present.add(each.name());
      entries.addAll(entries(each));
    }
    if (selection.equals(Selection.ALL)) {
      places.retain(layout, present);
    }
    entries.addAll(gone(present));
    return entries;
  }

  /// A cluster of an older Calico lacks some definitions; one that lacks those that all have is not
  /// set up yet, and must not be taken for one without policies.
  private List<Entry> absent() {
    if (!layout.mayBeAbsent()) {
      throw calls.fault(KubernetesPlaces.listing(layout), KubernetesPlaces.missing(layout), null);
    }
    if (!isAbsenceTold && !layout.isExtra()) {
      LOG.warn("{} does not know {}; it counts as empty", calls.name(), layout.objects());
      isAbsenceTold = true;
    }
    ringIn(ABSENCE);
    places.retain(layout, Set.of());
    return gone(Set.of());
  }

  private List<Entry> gone(Set<ObjectName> present) {
    List<ObjectName> missing =
        known.keySet().stream().filter(name -> !present.contains(name)).toList();
    missing.forEach(name -> heard.forget(layout.objects(), name));
    List<Entry> entries = new ArrayList<>();
    for (ObjectName name : missing) {
      Optional.ofNullable(known.remove(name)).map(key -> gone(name, key)).ifPresent(entries::add);
    }
    return entries;
  }

  private Entry gone(ObjectName name, ResourceKey key) {
    return holders.leave(name.toString(), new Entry(key, 0, Optional.empty()));
  }

  private void watchFrom(String revision) {
    boolean wasOfUse = watch.map(ObjectWatch::hasHeard).orElse(true);
    // the one that ended stays until then: if this fails, it says where to go on next time
    ObjectWatch begun =
        ObjectWatch.start(calls, KubernetesPlaces.watching(layout), selection, revision, bell);
    close();
    watch = Optional.of(begun);
    if (!wasOfUse) {
      ringIn(SHORTEST);
    }
  }

  private void ringIn(Duration pause) {
    notBefore = clock.instant().plus(pause);
    CompletableFuture.delayedExecutor(pause.toMillis() + 1, TimeUnit.MILLISECONDS)
        .execute(bell::ring);
  }

  /// What is kept of an object.
  ///
  /// @param value empty if it is gone, or stands for nothing
  private record Heard(ObjectName name, long revision, Optional<Resource> value) {}

  private Heard read(ObjectNode object, boolean isGone) {
    ObjectName name = ObjectName.of(object);
    if (isGone) {
      places.forget(layout, name);
    }
    heard.hear(layout.objects(), object, isGone);
    Optional<Resource> value = isGone ? Optional.empty() : places.readable(layout, object, true);
    return new Heard(name, revision(object), value);
  }

  /// What an object is now, and, if it stood for another resource before, that this one is gone.
  private List<Entry> entries(Heard object) {
    ObjectName name = object.name();
    Optional<Resource> value = object.value();
    Optional<ResourceKey> before =
        Optional.ofNullable(
            value.isPresent() ? known.put(name, value.get().key()) : known.remove(name));
    List<Entry> entries = new ArrayList<>();
    before
        .filter(key -> value.filter(resource -> resource.key().equals(key)).isEmpty())
        .ifPresent(key -> entries.add(gone(name, key)));
    value.ifPresent(
        resource -> {
          var entry = new Entry(resource.key(), object.revision(), Optional.of(resource));
          holders.hold(name.toString(), entry);
          entries.add(entry);
        });
    return entries;
  }

  /// Only compared for equality.
  private static long revision(JsonNode object) {
    String revision = object.path("metadata").path("resourceVersion").asText("");
    try {
      return Long.parseUnsignedLong(revision);
    } catch (NumberFormatException _) {
      return revision.hashCode(); // whatever it is, another one is another
    }
  }

  @Override
  public void close() {
    watch.ifPresent(ObjectWatch::close);
    watch = Optional.empty();
  }
}
