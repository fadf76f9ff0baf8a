import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Req,
  UseGuards,
} from '@nestjs/common'
import { AuthGuard, type UserRequest } from './auth.guard'
import { CreateTask, PageQuery, UpdateTask } from './task.dto'
import { TasksService } from './tasks.service'

/** The ids of the benchmark are numbers in the form of a UUID, of no version. */
const anyUuid = new ParseUUIDPipe({ version: undefined })

@Controller('tasks')
@UseGuards(AuthGuard)
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Post()
  create(@Req() request: UserRequest, @Body() body: CreateTask) {
    return this.tasks.create(request.userId, body)
  }

  @Get()
  list(@Req() request: UserRequest, @Query() query: PageQuery) {
    return this.tasks.list(request.userId, query)
  }

  @Get(':id')
  get(@Req() request: UserRequest, @Param('id', anyUuid) id: string) {
    return this.tasks.get(request.userId, id)
  }

  @Patch(':id')
  update(@Req() request: UserRequest, @Param('id', anyUuid) id: string, @Body() body: UpdateTask) {
    return this.tasks.update(request.userId, id, body)
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Req() request: UserRequest, @Param('id', anyUuid) id: string) {
    return this.tasks.delete(request.userId, id)
  }
}
