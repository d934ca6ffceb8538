use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};

/// A language's messages by their names, as far as they have a text.
pub(crate) type Messages<'a> = BTreeMap<&'a str, &'a Pattern<&'a str>>;

pub(crate) fn messages<'a>(resource: &'a Resource<&'a str>) -> Messages<'a> {
    let messages = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value.as_ref()?)),
        _ => None,
    });
    messages.collect()
}

/// A message's variables, in the alphabet's order, and those of them that its wording depends on: numbers of things.
#[derive(Default)]
pub(crate) struct Variables<'a> {
    pub(crate) all: BTreeSet<&'a str>,
    pub(crate) counted: BTreeSet<&'a str>,
    /// Messages that it takes in and that are not there.
    pub(crate) lacking: BTreeSet<&'a str>,
}

impl<'a> Variables<'a> {
    pub(crate) fn of(&mut self, pattern: &Pattern<&'a str>, messages: &Messages<'a>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.within(expression, messages);
            }
        }
    }

    fn within(&mut self, expression: &Expression<&'a str>, messages: &Messages<'a>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, messages),
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    self.counted.insert(id.name);
                }
                self.inline(selector, messages);
                variants.iter().for_each(|variant| self.of(&variant.value, messages));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'a str>, messages: &Messages<'a>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.all.insert(id.name);
            }
            // What a message takes in of another one needs that one's variables.
            InlineExpression::MessageReference { id, .. } => match messages.get(id.name) {
                Some(other) => self.of(other, messages),
                None => {
                    self.lacking.insert(id.name);
                }
            },
            InlineExpression::Placeable { expression } => self.within(expression, messages),
            _ => {}
        }
    }
}
