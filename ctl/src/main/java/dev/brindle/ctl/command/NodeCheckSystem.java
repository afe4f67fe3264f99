// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.system.SystemFiles;
import dev.brindle.ctl.system.SystemText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `node checksystem`.
@Command(
    name = "checksystem",
    description = "Check whether this machine's kernel has what Calico asks for.")
public final class NodeCheckSystem implements Callable<Integer> {

  private final Surroundings world;
  private final SystemFiles files;

  @Option(
      names = {"-f", "--kernel-config"},
      paramLabel = "FILE",
      description = "File with the kernel's configuration.")
  private String configuration = "";

  public NodeCheckSystem(Surroundings world, SystemFiles files) {
    this.world = world;
    this.files = files;
  }

  @Override
  public Integer call() {
    if (!files.isRoot()) {
      world.out().println("Need super user privileges: Operation not permitted");
      return 1;
    }
    SystemText text = SystemText.of(files.kernel(configuration));
    world.out().print(text.text());
    if (!text.isFit()) {
      throw new ClientException(
          "system doesn't meet one or more minimum systems requirements to run Calico");
    }
    return 0;
  }
}
