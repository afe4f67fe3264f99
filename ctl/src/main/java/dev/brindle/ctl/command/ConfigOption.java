// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import picocli.CommandLine.Option;

/// Where it is written which store to use.
final class ConfigOption {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "File that says which datastore to use. Default: ${DEFAULT-VALUE}.")
  String file = "/etc/calico/calicoctl.cfg";
}
