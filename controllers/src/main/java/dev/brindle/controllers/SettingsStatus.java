// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Resource;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import java.util.List;
import java.util.Optional;

/// Makes the settings that a cluster lacks, and says in their status what is in force.
final class SettingsStatus {

  private final Datastore store;
  private final SettingsWatch watch;

  SettingsStatus(Datastore store, SettingsWatch watch) {
    this.store = store;
    this.watch = watch;
  }

  /// @return what could not be done; it is tried again
  List<String> tell() {
    if (!watch.isKnown()) {
      return List.of("the settings are not known yet");
    }
    Optional<Resource> stored = store.get(SettingsWatch.PLACE);
    if (stored.isEmpty()) {
      store.create(ControllerSettings.usual()); // somebody else's will do as well
      return List.of();
    }
    var found = (KubeControllersConfiguration) stored.get();
    ControllerSettings settings = watch.settings();
    var told = new KubeControllersConfiguration(found.metadata(), found.spec(), settings.status());
    if (told.equals(found)) {
      return List.of();
    }
    return store.updateStatus(told) instanceof WriteResult.Conflict
        ? List.of("the status of %s: somebody else was faster".formatted(SettingsWatch.PLACE))
        : List.of();
  }
}
