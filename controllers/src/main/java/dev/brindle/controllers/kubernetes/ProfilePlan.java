// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What leads from the profiles that Calico has to those of Kubernetes' namespaces and service
/// accounts. Profiles of other names are people's.
///
/// @param update with the revisions they replace
/// @param remove as they are stored
public record ProfilePlan(List<Profile> create, List<Profile> update, List<Profile> remove) {

  private static final String NAMESPACE = "kns.";
  private static final String ACCOUNT = "ksa.";

  public ProfilePlan {
    create = List.copyOf(create);
    update = List.copyOf(update);
    remove = List.copyOf(remove);
  }

  /// The namespace whose profile it is; empty for another one's.
  public static Optional<String> namespace(Profile profile) {
    String name = profile.metadata().name();
    return name.startsWith(NAMESPACE)
        ? Optional.of(name.substring(NAMESPACE.length()))
        : Optional.empty();
  }

  /// @param kubernetes made from what it has
  /// @param ofNamespaces whether those of namespaces are to follow
  /// @param ofAccounts whether those of service accounts are to follow
  public static ProfilePlan between(
      Collection<Profile> kubernetes,
      Collection<Profile> existing,
      boolean ofNamespaces,
      boolean ofAccounts) {
    Predicate<Profile> follows =
        profile -> {
          String name = profile.metadata().name();
          return (ofNamespaces && name.startsWith(NAMESPACE))
              || (ofAccounts && name.startsWith(ACCOUNT));
        };
    Map<String, Profile> wanted = new TreeMap<>();
    kubernetes.stream().filter(follows).forEach(it -> wanted.put(it.metadata().name(), it));
    List<Profile> update = new ArrayList<>();
    List<Profile> remove = new ArrayList<>();
    for (Profile there : existing.stream().filter(follows).toList()) {
      Profile like = wanted.remove(there.metadata().name());
      if (like == null) {
        remove.add(there);
      } else if (!like.spec().equals(there.spec())) {
        update.add(new Profile(there.metadata(), like.spec()));
      }
    }
    List<Profile> create =
        wanted.values().stream()
            .map(it -> new Profile(Metadata.named(it.metadata().name()), it.spec()))
            .toList();
    return new ProfilePlan(create, update, remove);
  }
}
