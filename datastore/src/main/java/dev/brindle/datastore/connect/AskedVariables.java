// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An environment in which nothing is set, and which remembers what was asked for: so the list of a
/// program's variables cannot differ from what it reads. For one thread.
public final class AskedVariables extends AbstractMap<String, String> {

  private final SortedSet<String> names = new TreeSet<>();

  @Override
  public @Nullable String get(@Nullable Object name) {
    note(name);
    return null;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    note(name);
    return false;
  }

  private void note(@Nullable Object name) {
    if (name instanceof String text) {
      names.add(text);
    }
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return Set.of();
  }

  /// Asks for all that says which store to use.
  public AskedVariables withStore() {
    for (StoreField field : StoreField.values()) {
      field.in(this);
    }
    return this;
  }

  /// What has been asked for until now.
  public SortedSet<String> names() {
    return new TreeSet<>(names);
  }
}
