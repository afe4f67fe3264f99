// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.status.NodeReport;
import dev.brindle.ctl.status.StatusSocket;
import dev.brindle.ctl.status.StatusText;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `node status`.
@Command(name = "status", description = "Show the BGP sessions of this node.")
public final class NodeStatus implements Callable<Integer> {

  private final Surroundings world;

  public NodeStatus(Surroundings world) {
    this.world = world;
  }

  @Override
  public Integer call() {
    Path directory = Path.of(world.environment().getOrDefault("BRINDLE_RUN_DIR", "/run/brindle"));
    NodeReport report = new StatusSocket(directory.resolve("status.sock")).read();
    world.out().print(StatusText.of(report, Instant.now(), ZoneId.systemDefault()));
    return 0;
  }
}
