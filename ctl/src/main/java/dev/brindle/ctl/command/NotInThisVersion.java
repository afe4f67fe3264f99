// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ClientException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// A command of calicoctl that says it is not here yet, whatever its arguments.
@Command(description = "Not in this version.")
public final class NotInThisVersion implements Callable<Integer> {

  private final String name;
  private final String advice;

  /// @param advice what to do in its place; may be empty
  public NotInThisVersion(String name, String advice) {
    this.name = name;
    this.advice = advice;
  }

  @Override
  public Integer call() {
    throw new ClientException(
        "'%s' is not in this version%s".formatted(name, advice.isEmpty() ? "" : ": " + advice));
  }
}
