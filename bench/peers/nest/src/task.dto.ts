import { Type } from 'class-transformer'
import { IsBoolean, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator'

export class CreateTask {
  @IsString()
  @Length(1, 200)
  title: string

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null
}

export class UpdateTask {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  title?: string

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string | null

  @IsOptional()
  @IsBoolean()
  completed?: boolean
}

export class PageQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  page = 1

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  per_page = 20
}
