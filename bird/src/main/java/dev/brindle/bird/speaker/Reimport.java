// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

/// What has to be done about the routes that a peer has told already when its rules change.
enum Reimport {

  /// They were taken as they would be now.
  NOTHING,

  /// Those that come are taken another way; those that are there stay as they are.
  FROM_NOW_ON,

  /// All of them are judged anew.
  ALL;

  /// @param isSameImport they would be taken as they were
  /// @param keepsMore somebody watches who wants to see them as the peer told them, and they were
  ///     not kept so
  /// @param canAsk the peer can be asked to tell them again
  static Reimport of(boolean isSameImport, boolean keepsMore, boolean canAsk) {
    if (!isSameImport) {
      return ALL;
    }
    if (!keepsMore) {
      return NOTHING;
    }
    return canAsk ? ALL : FROM_NOW_ON; // no session ends for those who watch
  }
}
