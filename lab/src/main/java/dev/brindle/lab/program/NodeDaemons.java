// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.NodeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// Starts nodes' daemons: the very command that a cluster runs.
public final class NodeDaemons {

  private NodeDaemons() {}

  public static NodeDaemon start(
      Installation installation, Host host, NodeSpec node, LabOptions options, Workplace workplace)
      throws IOException {
    Files.createDirectories(workplace.run(node.name()));
    Files.createDirectories(workplace.state(node.name()));
    Files.createDirectories(workplace.machine(node.name()));
    return NodeDaemon.start(
        host,
        List.of(installation.launcher().toString(), "node", "run"),
        NodeEnvironment.of(node, options.family(), options.encap(), workplace),
        workplace.log(node.name()));
  }
}
