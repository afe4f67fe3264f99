// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

/// What came of asking the daemon.
sealed interface DaemonAnswer {

  /// What the plugin ends with. A method, not a switch over the forms: that would start the
  /// machinery of method handles, which takes longer than the call itself.
  ///
  /// @param input the network configuration
  PluginReply reply(byte[] input);

  record Reply(PluginReply reply) implements DaemonAnswer {

    @Override
    public PluginReply reply(byte[] input) {
      return reply;
    }
  }

  /// It is not there, went away meanwhile, or took too long.
  record Away(PluginError error) implements DaemonAnswer {

    @Override
    public PluginReply reply(byte[] input) {
      return error.reply(input);
    }
  }
}
