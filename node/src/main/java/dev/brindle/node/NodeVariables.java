// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.datastore.connect.AskedVariables;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.settings.NodeSettingsReader.HostNames;
import java.util.SortedSet;

/// The variables that `brindle node run` reads.
public final class NodeVariables {

  private NodeVariables() {}

  /// All that have an effect, in order of their names.
  public static SortedSet<String> all() {
    AskedVariables asked = new AskedVariables().withStore();
    var _ = NodeSettingsReader.read(asked, new HostNames("", "node"));
    var _ = SlotFiles.of(asked);
    var _ = SecretFiles.of(asked);
    var _ = StoreWait.isWanted(asked);
    SortedSet<String> names = asked.names();
    Parameters.ALL.forEach(parameter -> names.add(parameter.variable()));
    return names;
  }
}
