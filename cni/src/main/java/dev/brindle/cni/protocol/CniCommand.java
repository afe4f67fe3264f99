// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import java.util.Arrays;
import java.util.Optional;

/// What a runtime may ask (`CNI_COMMAND`).
public enum CniCommand {
  ADD(CniVersion.V0_1_0),
  DEL(CniVersion.V0_1_0),
  CHECK(CniVersion.V0_4_0),
  GC(CniVersion.V1_1_0),
  STATUS(CniVersion.V1_1_0),
  VERSION(CniVersion.V0_1_0);

  private final CniVersion since;

  CniCommand(CniVersion since) {
    this.since = since;
  }

  /// The first version of the specification that has it.
  public CniVersion since() {
    return since;
  }

  /// Whether it is about one container, and so needs its ID and interface.
  public boolean isAboutContainer() {
    return this == ADD || this == DEL || this == CHECK;
  }

  public static Optional<CniCommand> find(String name) {
    return Arrays.stream(values()).filter(command -> command.name().equals(name)).findFirst();
  }
}
