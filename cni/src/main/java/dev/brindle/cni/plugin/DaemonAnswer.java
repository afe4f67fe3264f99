// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

/// What came of asking the daemon.
sealed interface DaemonAnswer {

  record Reply(PluginReply reply) implements DaemonAnswer {}

  /// It is not there, went away meanwhile, or took too long.
  record Away(PluginError error) implements DaemonAnswer {}
}
