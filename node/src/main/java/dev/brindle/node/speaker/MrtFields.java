// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.mrt.FilePattern;
import dev.brindle.bird.mrt.MrtLog;
import dev.brindle.bird.mrt.MrtSchedule;
import dev.brindle.bird.mrt.MrtSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The section `mrt`: `{tables: {file: /var/lib/brindle/rib.%Y%m%d.%H%M.mrt, interval: 2h, keep:
/// 12}, messages: {file: ..., interval: 15m, keep: 96, maxOctets: 67108864, sent: false}}`.
final class MrtFields {

  private static final Duration TABLES_EACH = Duration.ofHours(2);
  private static final Duration MESSAGES_EACH = Duration.ofMinutes(15);
  private static final int TABLES_KEPT = 12;
  private static final int MESSAGES_KEPT = 96;

  private MrtFields() {}

  static MrtSettings settings(Field field) {
    field.entries(Set.of("tables", "messages"));
    Optional<MrtSchedule> tables = field.find("tables").map(MrtFields::tables);
    Optional<MrtLog> messages = field.find("messages").map(MrtFields::messages);
    if (tables.isPresent()
        && messages.isPresent()
        && tables.get().files().equals(messages.get().schedule().files())) {
      throw field.wrong("tables and messages have the same file");
    }
    return new MrtSettings(tables, messages);
  }

  private static MrtSchedule tables(Field field) {
    field.entries(Set.of("file", "interval", "keep"));
    return schedule(field, TABLES_EACH, TABLES_KEPT);
  }

  private static MrtLog messages(Field field) {
    field.entries(Set.of("file", "interval", "keep", "maxOctets", "sent"));
    MrtSchedule schedule = schedule(field, MESSAGES_EACH, MESSAGES_KEPT);
    long most =
        field.find("maxOctets").map(it -> it.number(1, Long.MAX_VALUE)).orElse(MrtLog.USUAL);
    boolean isSent = field.flag("sent");
    return field.checked(() -> new MrtLog(schedule, most, isSent));
  }

  private static MrtSchedule schedule(Field field, Duration usual, int kept) {
    FilePattern files = field.get("file").read(FilePattern::parse);
    Duration interval = field.find("interval").map(it -> it.read(Durations::parse)).orElse(usual);
    int keep =
        field
            .find("keep")
            .map(it -> (int) it.number(1, Integer.MAX_VALUE))
            .orElse(files.isTimed() ? kept : 1);
    return field.checked(() -> new MrtSchedule(files, interval, keep));
  }
}
