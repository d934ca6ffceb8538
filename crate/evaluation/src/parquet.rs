//! Results as Parquet: a row a picture, in one row group, uncompressed. Absent defects are null.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::Record;
use crate::record::label_name;

/// The columns of `results.csv`, with types.
pub fn encode(records: &[&Record]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().set_created_by("spotcheck".to_owned()).build());
    let mut file = SerializedFileWriter::new(&mut bytes, schema()?, properties)?;
    let mut rows = file.next_row_group()?;
    let text = |of: fn(&Record) -> &str| records.iter().map(|r| ByteArray::from(of(r))).collect::<Vec<_>>();
    let int = |of: fn(&Record) -> u32| records.iter().map(|r| of(r) as i32).collect::<Vec<i32>>();
    let indices: Vec<i64> = records.iter().map(|record| record.index as i64).collect();
    column::<Int64Type>(&mut rows, &indices, None)?;
    column::<ByteArrayType>(&mut rows, &text(|record| &record.path), None)?;
    column::<ByteArrayType>(&mut rows, &text(|record| &record.class), None)?;
    column::<ByteArrayType>(&mut rows, &text(|record| &record.object), None)?;
    column::<ByteArrayType>(&mut rows, &text(|record| label_name(record.label)), None)?;
    let defects: Vec<ByteArray> =
        records.iter().filter_map(|r| r.defect.as_deref()).map(ByteArray::from).collect();
    let present: Vec<i16> = records.iter().map(|record| i16::from(record.defect.is_some())).collect();
    column::<ByteArrayType>(&mut rows, &defects, Some(&present))?;
    column::<Int32Type>(&mut rows, &int(|record| record.width), None)?;
    column::<Int32Type>(&mut rows, &int(|record| record.height), None)?;
    let scores: Vec<f32> = records.iter().map(|record| record.score).collect();
    column::<FloatType>(&mut rows, &scores, None)?;
    let pixels: Vec<ByteArray> =
        records.iter().map(|r| ByteArray::from(r.pixels.name().into_bytes())).collect();
    column::<ByteArrayType>(&mut rows, &pixels, None)?;
    let seconds: Vec<f64> = records.iter().map(|record| record.seconds).collect();
    column::<DoubleType>(&mut rows, &seconds, None)?;
    rows.close()?;
    file.close()?;
    Ok(bytes)
}

/// Writes the next column; `present` says of each row whether it has a value.
fn column<T: DataType>(
    rows: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    values: &[T::T],
    present: Option<&[i16]>,
) -> Result<()> {
    // The schema has as many columns as are written.
    if let Some(mut column) = rows.next_column()? {
        column.typed::<T>().write_batch(values, present, None)?;
        column.close()?;
    }
    Ok(())
}

fn schema() -> Result<TypePtr> {
    let field = |name: &str, physical, repetition, logical| {
        let field = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        Ok::<_, parquet::errors::ParquetError>(Arc::new(field.with_logical_type(logical).build()?))
    };
    let text = |name, repetition| field(name, Physical::BYTE_ARRAY, repetition, Some(LogicalType::String));
    let number = |name, physical| field(name, physical, Repetition::REQUIRED, None);
    let fields = vec![
        number("index", Physical::INT64)?,
        text("path", Repetition::REQUIRED)?,
        text("class", Repetition::REQUIRED)?,
        text("object", Repetition::REQUIRED)?,
        text("label", Repetition::REQUIRED)?,
        text("defect", Repetition::OPTIONAL)?,
        number("width", Physical::INT32)?,
        number("height", Physical::INT32)?,
        number("score", Physical::FLOAT)?,
        text("pixels", Repetition::REQUIRED)?,
        number("seconds", Physical::DOUBLE)?,
    ];
    Ok(Arc::new(Type::group_type_builder("results").with_fields(fields).build()?))
}
