// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

/// What became of files that are written by themselves.
public record MrtReport(FileReport tables, FileReport messages) {

  /// @param files that are whole
  /// @param items tables, or messages, in them
  /// @param lost tables, or messages, that were to be in one
  /// @param problem with the newest; empty if there is none
  public record FileReport(long files, long items, long lost, String problem) {

    public static final FileReport NONE = new FileReport(0, 0, 0, "");

    FileReport done(long more) {
      return new FileReport(files + 1, items + more, lost, "");
    }

    FileReport failed(long more, String why) {
      return new FileReport(files, items, lost + more, why);
    }
  }
}
