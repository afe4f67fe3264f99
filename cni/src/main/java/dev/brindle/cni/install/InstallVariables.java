// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import dev.brindle.datastore.connect.AskedVariables;
import java.nio.file.Path;
import java.util.SortedSet;

/// The variables that `brindle cni install` reads.
public final class InstallVariables {

  private InstallVariables() {}

  /// All that have an effect, in order of their names.
  public static SortedSet<String> all() {
    var asked = new AskedVariables();
    Path root = InstallSettings.hostRoot(asked);
    var _ = InstallSettings.of(asked, root, InstallMain.programs(asked));
    return asked.names();
  }
}
