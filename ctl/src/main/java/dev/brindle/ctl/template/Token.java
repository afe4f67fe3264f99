// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

/// A word of an action.
///
/// @param kind what it is
/// @param text as it is written; of a string what is meant
record Token(Kind kind, String text) {

  enum Kind {
    /// `.` and what follows without a blank, as `.Spec`
    FIELD,
    /// `.` alone
    DOT,
    /// `$` and a name
    VARIABLE,
    WORD,
    STRING,
    NUMBER,
    /// `|`, `(`, `)`, `,`, `:=`, `=`
    SIGN,
    END
  }

  boolean is(String sign) {
    return (kind == Kind.SIGN || kind == Kind.WORD) && text.equals(sign);
  }
}
