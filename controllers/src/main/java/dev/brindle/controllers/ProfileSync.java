// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.kubernetes.ProfilePlan;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Has Calico's profiles follow the namespaces and service accounts of Kubernetes, where that is
/// not Calico's store. By feeds of its own: who may not read those can do all the rest.
final class ProfileSync implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProfileSync.class);

  private static final int FEW = 5;

  /// A namespace that waits is looked at so soon again.
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final List<ResourceKind> PROFILES = List.of(ResourceKind.PROFILE);

  private final Datastore store;
  private final Watched ours;
  private final Watched theirs;
  private volatile List<String> waiting = List.of();

  /// @param news is told of each change, and must return at once
  ProfileSync(Datastore store, Datastore kubernetes, Watched.News news) {
    this.store = store;
    this.ours = new Watched(store, PROFILES, news);
    this.theirs = new Watched(kubernetes, PROFILES, news);
  }

  /// A pod of a namespace without a profile talks to nobody, so a new namespace gets its profile
  /// only when its policies are there.
  ///
  /// @param mayOpen whether a namespace may be given its profile
  /// @return what could not be done; it is tried again
  List<String> sync(ControllerSettings settings, Predicate<String> mayOpen) {
    if (!settings.hasNamespaceProfiles() && !settings.hasAccountProfiles()) {
      return List.of();
    }
    List<String> unknown =
        Stream.of(ours.obstacle(), theirs.obstacle()).flatMap(Optional::stream).distinct().toList();
    if (!unknown.isEmpty()) {
      return unknown;
    }
    ProfilePlan plan =
        ProfilePlan.between(
            theirs.all(ResourceKind.PROFILE, Profile.class),
            ours.all(ResourceKind.PROFILE, Profile.class),
            settings.hasNamespaceProfiles(),
            settings.hasAccountProfiles());
    var steps = new Steps(LOG, Level.DEBUG);
    List<String> closed = new ArrayList<>();
    for (Profile wanted : plan.create()) {
      Optional<String> namespace = ProfilePlan.namespace(wanted);
      if (namespace.filter(mayOpen.negate()).isPresent()) {
        closed.add(namespace.get());
      } else {
        steps.write(wanted.key(), "created", () -> store.create(wanted));
      }
    }
    waiting = List.copyOf(closed);
    plan.update().forEach(it -> steps.write(it.key(), "updated", () -> store.update(it)));
    for (Profile gone : plan.remove()) {
      String revision = gone.metadata().resourceVersion();
      steps.write(gone.key(), "removed", () -> store.delete(gone.key(), revision));
    }
    return steps.failures();
  }

  /// What concerns some namespaces only.
  List<String> notes() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    String few = String.join(", ", waiting.stream().limit(FEW).toList());
    return List.of(
        "new namespaces have no profile until Kubernetes' policies are in the store, and their pods talk to nobody: %s%s"
            .formatted(
                few, waiting.size() > FEW ? ", ... %d in all".formatted(waiting.size()) : ""));
  }

  /// After how long all is compared without news.
  Duration period(Duration usual) {
    return waiting.isEmpty() ? usual : LOOK;
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
