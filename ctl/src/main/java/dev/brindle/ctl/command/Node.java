// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ClientException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `node`: nothing by itself.
@Command(name = "node", description = "Look at this node.")
public final class Node implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new ClientException("expected one of: node status, node diags, node checksystem");
  }
}
