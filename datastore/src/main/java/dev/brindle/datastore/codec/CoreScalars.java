// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/// Which plain words of YAML are not text.
///
/// `80:90`, `11:22:33:44:55:56` and `2026-11-21` stay text, and so does `010`, which is 8 to some
/// and 10 to others.
final class CoreScalars extends Resolver {

  static final Pattern WHOLE = Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,18})");
  static final Pattern FRACTION =
      Pattern.compile(
          "[-+]?(?:(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{0,17})?|\\.[0-9]{1,17})(?:[eE][-+]?[0-9]{1,2})?");
  private static final Pattern TRUTH =
      Pattern.compile("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF");
  private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL|");

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, TRUTH, "yYnNtTfFoO");
    addImplicitResolver(Tag.INT, WHOLE, "-+0123456789");
    addImplicitResolver(Tag.FLOAT, FRACTION, "-+0123456789.");
    addImplicitResolver(Tag.MERGE, Pattern.compile("<<"), "<");
    addImplicitResolver(Tag.NULL, NOTHING, "~nN\0");
    addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
  }
}
