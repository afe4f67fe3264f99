// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.connect.AskedVariables;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/// The variables that `brindle controllers` reads.
public final class ControllersVariables {

  /// Where health is served if nobody says otherwise.
  public static final int HEALTH_PORT = ControllersSettings.USUAL_HEALTH_PORT;

  /// The same of metrics.
  public static final int METRICS_PORT = ControllerSettings.USUAL_PORT;

  private ControllersVariables() {}

  /// All that have an effect, in order of their names.
  public static SortedSet<String> all() {
    AskedVariables asked = new AskedVariables().withStore();
    var _ = ControllersSettings.read(asked, new UUID(0, 0));
    var _ = ControllerSettings.of(Optional.empty(), asked);
    return asked.names();
  }
}
