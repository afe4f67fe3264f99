// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ClientException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `ipam`: nothing by itself.
@Command(name = "ipam", description = "Show and change which addresses are in use.")
public final class Ipam implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new ClientException(
        "expected one of: ipam check, ipam show, ipam release, ipam configure, ipam split");
  }
}
