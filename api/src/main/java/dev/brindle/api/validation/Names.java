// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.regex.Pattern;

/// The forms of names that Kubernetes and Calico know.
final class Names {

  static final int LONGEST_LABEL = 63;
  static final int LONGEST_SUBDOMAIN = 253;
  private static final int LONGEST_PORT_NAME = 15;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern QUALIFIED =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern INTERFACE = Pattern.compile("[a-zA-Z0-9_.-]{1,15}");
  private static final Pattern INTERFACE_PATTERN = Pattern.compile("[a-zA-Z0-9_.*-]{1,15}");
  private static final Pattern HAS_LETTER = Pattern.compile(".*[a-z].*");

  private Names() {}

  /// A DNS-1123 label.
  static boolean isLabel(String text) {
    return text.length() <= LONGEST_LABEL && LABEL.matcher(text).matches();
  }

  /// The same of any length, as policies are named.
  static boolean isLongLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  /// DNS-1123 labels with dots between. Kubernetes bounds the whole, not each label.
  static boolean isSubdomain(String text) {
    if (text.length() > LONGEST_SUBDOMAIN) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  /// `name` or `prefix/name`: keys of labels and annotations.
  static boolean isQualified(String key) {
    int slash = key.indexOf('/');
    return (slash < 0 || isSubdomain(key.substring(0, slash)))
        && isQualifiedPart(key.substring(slash + 1));
  }

  private static boolean isQualifiedPart(String text) {
    return text.length() <= LONGEST_LABEL && QUALIFIED.matcher(text).matches();
  }

  /// The value of a label; may be empty.
  static boolean isLabelValue(String text) {
    return text.isEmpty() || isQualifiedPart(text);
  }

  /// IANA service name, as Kubernetes wants ports named.
  static boolean isPortName(String text) {
    return text.length() <= LONGEST_PORT_NAME
        && PORT_NAME.matcher(text).matches()
        && HAS_LETTER.matcher(text).matches()
        && !text.contains("--");
  }

  static boolean isInterface(String text) {
    return INTERFACE.matcher(text).matches();
  }

  /// The name of an interface with `*` for any run of characters, but not that alone.
  static boolean isInterfacePattern(String text) {
    return isNameOrPattern(text) && !text.equals("*");
  }

  /// The same, `*` alone too.
  static boolean isNameOrPattern(String text) {
    return INTERFACE_PATTERN.matcher(text).matches();
  }
}
