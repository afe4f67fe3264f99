// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

/// Port: somebody who lives on when this command has ended, and takes a change back when its time
/// has come.
@FunctionalInterface
public interface UndoKeeperStart {

  /// Returns when it has read the change in the store.
  ///
  /// @param id of the change
  /// @param configFile of `-c`
  /// @return where it says what it does, for people
  /// @throws dev.brindle.ctl.client.ClientException if it does not live, or cannot reach the store
  String start(String id, String configFile);
}
