// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ClientException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `cluster`: nothing by itself.
@Command(name = "cluster", description = "Look at the whole cluster.")
public final class Cluster implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new ClientException("expected: cluster diags");
  }
}
